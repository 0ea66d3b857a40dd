import type { Clock } from '../clock/clock.ts'
import { type FailureExample, failureExample } from '../evidence/failure.ts'
import { Redaction } from '../evidence/redaction.ts'
import type { Exchange, ExchangeObserver } from '../http/exchange.ts'
import { Origin } from '../http/origin.ts'
import type { HttpResponse } from '../http/response.ts'
import { Transport } from '../http/transport.ts'
import type { TransportError } from '../http/transport-error.ts'
import type { Scenario } from '../scenario/load-scenario.ts'
import type { User } from '../scenario/task.ts'
import type { CheckedSet, Entry } from '../scenario/task-set.ts'
import type { UserClass } from '../scenario/user.ts'
import { Feeds } from './feeds.ts'
import type { Step } from './journey.ts'
import { type Plan, WHOLE } from './plan.ts'
import { Recorder } from './recorder.ts'
import { Session } from './session.ts'

/** What happens while each task is done once. */
export type WalkEvent =
  | { readonly type: 'step'; readonly user: string; readonly name: string }
  | {
      readonly type: 'request'
      readonly name: string
      readonly durationMs: number
      /** Why it has failed; `null` where it hasn't. */
      readonly reason: string | null
      /** Secrets masked. */
      readonly example: FailureExample
    }
  /** A failure of what the scenario times by itself. */
  | { readonly type: 'failure'; readonly name: string; readonly reason: string }
  | { readonly type: 'exception'; readonly message: string; readonly stack: string }
  | { readonly type: 'aborted'; readonly reason: string }

/** Does each task of each user class once, with one user each, in the order in which they are written, without waits between. */
export class Walk implements ExchangeObserver {
  readonly #plan: Plan
  readonly #clock: Clock
  readonly #tell: (event: WalkEvent) => void
  readonly #recorder: Recorder
  readonly #redaction: Redaction
  #isOver = false

  constructor(plan: Plan, clock: Clock, tell: (event: WalkEvent) => void) {
    this.#plan = plan
    this.#clock = clock
    this.#tell = tell
    this.#recorder = new Recorder(clock)
    this.#redaction = new Redaction(plan.redact)
  }

  async run({ users }: Scenario): Promise<void> {
    const { userAgent, requestTimeoutMs, traceSampledShare, tls } = this.#plan
    const transport = new Transport({
      clock: this.#clock,
      observer: this,
      userAgent,
      timeoutMs: requestTimeoutMs,
      traceSampledShare: traceSampledShare ?? undefined,
      ...(tls && { tls }),
    })
    try {
      for (const [index, [name, userClass]] of [...users].entries()) {
        if (!this.#isOver) await this.#walkUser(name, userClass, index, transport)
      }
    } finally {
      transport.close('interrupted')
    }
  }

  started(exchange: Exchange): void {
    this.#recorder.started(exchange)
  }

  answered(exchange: Exchange, response: HttpResponse): void {
    this.#recorder.answered(exchange, response)
    this.#tellRequest(exchange, response)
  }

  failed(exchange: Exchange, error: TransportError): void {
    this.#recorder.failed(exchange, error)
    this.#tellRequest(exchange, null)
  }

  async #walkUser(className: string, userClass: UserClass, id: number, transport: Transport): Promise<void> {
    const { seed, host } = this.#plan
    const session = new Session(
      { className, userClass, id, stream: `${className}/0` },
      {
        clock: this.#clock,
        transport,
        recorder: this.#recorder,
        origin: new Origin(host),
        seed,
        feeds: new Feeds(WHOLE, seed),
        endRun: (reason) => this.#end(reason),
      },
    )
    if (userClass.onStart !== undefined) this.#tell({ type: 'step', user: className, name: 'onStart' })
    const user = await session.start()
    this.#tellTroubles()
    if (user !== undefined) await this.#walkAll(userClass.tasks, className, session, user)
    if (userClass.onStop !== undefined) this.#tell({ type: 'step', user: className, name: 'onStop' })
    await session.leave(user)
    this.#tellTroubles()
  }

  async #walkAll(
    entries: readonly Entry[],
    className: string,
    session: Session,
    user: User<never>,
  ): Promise<void> {
    for (const entry of entries) {
      for (const step of stepsOf(entry)) {
        if (!session.isWorking) return
        if ('entries' in step) await this.#walkAll(step.entries, className, session, user)
        else await this.#walkStep(step, className, session, user)
      }
    }
  }

  async #walkStep(step: Step, user: string, session: Session, as: User<never>): Promise<void> {
    this.#tell({ type: 'step', user, name: step.name })
    try {
      await step.run(as)
    } catch (error) {
      session.note(step, error)
    }
    this.#tellTroubles()
  }

  #end(reason: string | undefined): void {
    this.#isOver = true
    if (reason !== undefined) this.#tell({ type: 'aborted', reason })
  }

  #tellRequest(exchange: Exchange, response: HttpResponse | null): void {
    const [failure] = this.#recorder.take().failures
    this.#tell({
      type: 'request',
      name: `${exchange.method} ${exchange.name}`,
      durationMs: exchange.endedAt - exchange.startedAt,
      reason: failure?.[1].what.signature ?? null,
      example: this.#masked(failureExample(exchange, response)),
    })
  }

  #tellTroubles(): void {
    const { failures, exceptions } = this.#recorder.take()
    for (const [, { what }] of failures) {
      this.#tell({ type: 'failure', name: `${what.method} ${what.name}`, reason: what.signature })
    }
    for (const [, { what }] of exceptions) {
      this.#tell({ type: 'exception', message: what.message, stack: what.stack })
    }
  }

  #masked({ request, response, ...rest }: FailureExample): FailureExample {
    const masks = this.#redaction
    return {
      ...rest,
      request: {
        ...request,
        url: masks.text(request.url),
        headers: masks.headers(request.headers),
        body: masks.body(request.body),
      },
      response: response && {
        ...response,
        headers: masks.headers(response.headers),
        body: masks.body(response.body),
      },
    }
  }
}

/** A set is entered, done and left. */
function stepsOf(entry: Entry): (Step | Pick<CheckedSet, 'entries'>)[] {
  if (entry.kind === 'task') return [entry]
  const { onStart, onStop, name, entries } = entry
  return [
    ...(onStart === undefined ? [] : [{ kind: 'onStart' as const, name: `${name}.onStart`, run: onStart }]),
    { entries },
    ...(onStop === undefined ? [] : [{ kind: 'onStop' as const, name: `${name}.onStop`, run: onStop }]),
  ]
}
