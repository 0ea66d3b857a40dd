import type { TestContext } from 'node:test'
import { type Clock, systemClock } from '../../src/clock/clock.ts'
import { Feeds } from '../../src/engine/feeds.ts'
import { Iterations } from '../../src/engine/iterations.ts'
import { WHOLE } from '../../src/engine/plan.ts'
import { Recorder } from '../../src/engine/recorder.ts'
import { VirtualUser } from '../../src/engine/virtual-user.ts'
import { Origin } from '../../src/http/origin.ts'
import { Transport } from '../../src/http/transport.ts'
import type { UserClass } from '../../src/scenario/user.ts'

/** One user at work against `host`, and what was counted of it. */
export interface UserAtWork {
  readonly user: VirtualUser
  readonly ended: Promise<void>
  readonly recorder: Recorder
  readonly take: Recorder['take']
}

export interface UserOptions {
  clock?: Clock
  host?: string
  number?: number
}

export function userAtWork(test: TestContext, userClass: UserClass, options: UserOptions = {}): UserAtWork {
  const { clock = systemClock, host = 'http://127.0.0.1:1', number = 0 } = options
  const recorder = new Recorder(clock)
  const transport = new Transport({
    clock,
    observer: recorder,
    userAgent: 'proctor-test',
    timeoutMs: 5_000,
    traceSampledShare: undefined,
  })
  const workplace = {
    clock,
    transport,
    recorder,
    origin: new Origin(host),
    seed: 7,
    feeds: new Feeds(WHOLE, 7),
    endRun: () => {},
  }
  const user = new VirtualUser(
    { className: 'Visitor', userClass, id: number, stream: `Visitor/${number}` },
    workplace,
    new Iterations(null),
  )
  const ended = user.run()
  test.after(async () => {
    user.stop()
    user.end()
    transport.close('interrupted')
    await ended
  })
  return { user, ended, recorder, take: () => recorder.take() }
}
