import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { defineUser } from '../../src/scenario/user.ts'
import { Histogram } from '../../src/stats/histogram.ts'
import { LoadAtWork, open } from '../engine/load.ts'
import { HostWatch } from './host.ts'
import { Target } from './target.ts'

const visitor = defineUser({ tasks: { home: ({ http }) => http.get('/') } })
const QUIET_SECONDS = 3
const PATIENCE_SECONDS = 60
/** Of a second in which the thread waited for a core: 2 ms at a stretch put 1 in 1,000 arrivals past the limit. */
const STOLEN = 0.002

for (const [perSecond, limitMs] of [
  [5_000, 1],
  [10_000, 5],
] as const) {
  test(`arrivals slip by at most ${limitMs} ms at p99 at ${perSecond}/s`, async (t) => {
    const target = await Target.start(t)
    const atWork = new LoadAtWork(t, target.host, {
      load: open({ arrivalsPerSecond: perSecond, maxUsers: 200 }),
      users: { visitor },
    })
    // The first second is that of the compiler.
    while (atWork.snapshots.length < 2) await setTimeout(5)
    const slip = new Histogram()
    const host = new HostWatch()
    let quiet = 0
    for (let second = 2; quiet < QUIET_SECONDS && second < PATIENCE_SECONDS; second++) {
      while (atWork.snapshots.length <= second) await setTimeout(5)
      const stolen = host.take()
      if (stolen > STOLEN) {
        t.diagnostic(`second ${second}: ${(100 * stolen).toFixed(1)} % of the time without a core`)
        continue
      }
      quiet += 1
      slip.merge(Histogram.fromWire(atWork.snapshots[second]!.slip))
    }
    assert.equal(quiet, QUIET_SECONDS, 'the machine was never free for long enough: nothing was measured')
    const p99 = slip.percentileMs(0.99)!
    t.diagnostic(`${slip.count} arrivals, slip p50 ${slip.percentileMs(0.5)} p99 ${p99} ms`)
    assert.ok(p99 <= limitMs, `${p99}`)
  })
}
