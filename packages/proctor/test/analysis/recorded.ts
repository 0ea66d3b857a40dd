import { Recorder } from '../../src/engine/recorder.ts'
import { Evidence } from '../../src/evidence/evidence.ts'
import { HttpResponse } from '../../src/http/response.ts'
import type { Exchange } from '../../src/http/exchange.ts'
import { Origin } from '../../src/http/origin.ts'
import { TransportError, type TransportErrorCode } from '../../src/http/transport-error.ts'
import { type RunRecord, runRecord } from '../../src/run/record.ts'
import { Timeline } from '../../src/run/timeline.ts'
import { FakeClock } from '../engine/fake-clock.ts'
import { anExchange } from '../http/an-exchange.ts'
import { factsOf, snapshotOf } from '../report/run-fixture.ts'
import { SOUND } from '../run/generator-fixture.ts'

/** One request and what became of it: 200 where nothing else is said. */
export interface Sent {
  /** Milliseconds since the start, in rising order. */
  readonly at: number
  readonly method?: string
  readonly name?: string
  /** Path and query, where they are not its name. */
  readonly target?: string
  /** Where it went, if not to where all do. */
  readonly origin?: string
  /** Headers that the scenario gives it. */
  readonly given?: Readonly<Record<string, string>>
  /** Of the cookies that it sends, in bytes. */
  readonly cookies?: number
  /** Which connection it goes over, where that matters. */
  readonly connection?: number
  /** Which use of its connection it is. */
  readonly use?: number
  readonly ms?: number
  readonly user?: number
  readonly sent?: string
  readonly status?: number
  readonly headers?: string
  readonly body?: string
  readonly error?: TransportErrorCode
  /** What the system said of it. */
  readonly detail?: string
  /** Some of the answer had come. */
  readonly hasBegun?: boolean
  /** Why a check refused the answer. */
  readonly refused?: string
}

/** A run in which these were sent, recorded as a worker records it: what takes longer is in flight while others are sent. */
export function recordOfSent(all: readonly Sent[]): RunRecord {
  const [recorder, timeline] = [new Recorder(new FakeClock(), new Evidence(1, 0)), new Timeline()]
  const sendings = all.map((sent) => ({ sent, exchange: exchangeOf(sent) }))
  const events = sendings.flatMap(({ sent, exchange }) => [
    { at: exchange.startedAt, happen: () => recorder.started(exchange) },
    { at: exchange.endedAt, happen: () => end(recorder, exchange, sent) },
  ])
  const bySecond = Map.groupBy(
    events.toSorted((a, b) => a.at - b.at),
    ({ at }) => Math.floor(at / 1_000),
  )
  const seconds = Math.max(...bySecond.keys()) + 1
  for (let second = 0; second < seconds; second++) {
    for (const { happen } of bySecond.get(second) ?? []) happen()
    timeline.add({ ...snapshotOf(second, []), ...recorder.take() })
  }
  return runRecord(factsOf(seconds), timeline, [], SOUND)
}

/** The host of the run. */
const HOST = 'http://127.0.0.1:5000'

/** Of a connection. */
const UNKNOWN = {
  resolvedAt: undefined,
  connectedAt: undefined,
  openAt: undefined,
  isResumed: undefined,
  remoteAddress: undefined,
  localPort: undefined,
}

let sentSoFar = 0

function exchangeOf(sent: Sent): Exchange {
  const {
    at,
    method = 'POST',
    name = '/a',
    target = name,
    origin,
    given,
    cookies,
    ms = 5,
    user = 0,
    use = 2,
  } = sent
  const traceId = (sentSoFar++).toString(16).padStart(32, '0')
  return anExchange({
    method,
    name,
    target,
    origin: new Origin(origin ?? HOST),
    options: given === undefined ? {} : { headers: given },
    head: `${method} ${target} HTTP/1.1\r\ntraceparent: 00-${traceId}-${'1'.repeat(16)}-02\r\n${cookies === undefined ? '' : `Cookie: ${'x'.repeat(cookies)}\r\n`}\r\n`,
    body: sent.sent,
    requestBytes: sent.sent?.length ?? 0,
    user,
    connection: sent.connection === undefined ? undefined : { ...UNKNOWN, openingAt: sent.connection },
    use,
    startedAt: at,
    endedAt: at + ms,
    firstByteAt: sent.hasBegun ? at + ms / 2 : undefined,
    judging: sent.refused === undefined ? undefined : { accept: [], check: () => sent.refused },
  })
}

function end(recorder: Recorder, exchange: Exchange, sent: Sent): void {
  const { status = 200, headers = '', body = '{"ok":true}', error } = sent
  if (error !== undefined) return recorder.failed(exchange, new TransportError(error, sent.detail))
  const head = `HTTP/1.1 ${status} X\r\n${headers}`
  recorder.answered(exchange, new HttpResponse(status, head, body, body.length, 1))
}
