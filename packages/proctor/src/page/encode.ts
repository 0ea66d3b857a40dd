import type { ExemplarRecord } from '../evidence/case-file.ts'
import type { OverallFigures } from '../run/figures.ts'
import type { FailureRecord } from '../run/record.ts'
import type { TimelineSecond } from '../run/timeline-second.ts'
import type { FailureWire, KeptRequest, Row, SecondFiguresWire, SecondWire } from './wire.ts'

/** A number for each key, in the order in which they are first asked for. */
export class Numbering {
  readonly #numbers = new Map<string, number>()

  of(key: string): number {
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.#numbers.set(key, this.#numbers.size)
    return this.#numbers.size - 1
  }

  /** `undefined` where it was never asked for. */
  known(key: string): number | undefined {
    return this.#numbers.get(key)
  }
}

export function nameKey({ method, name }: { method: string; name: string }): string {
  return `${method} ${name}`
}

export function failureKey({
  method,
  name,
  signature,
}: Pick<FailureWire, 'method' | 'name' | 'signature'>): string {
  return `${method} ${name} ${signature}`
}

/** Without its names; `failures` are pairs of an index and a count within that second. */
export function encodeSecond(second: TimelineSecond, failures: readonly number[]): SecondWire {
  return {
    s: second.second,
    t: Math.round(second.elapsedMs),
    u: second.users,
    f: second.inFlight,
    a: figures(second.total),
    h: second.total.latencies.flat(),
    x: failures,
  }
}

/** All names of a second, by their index. */
export function encodeNames({ requests }: TimelineSecond, names: Numbering): string {
  return requests.map((request) => `;${names.of(nameKey(request))},${figures(request).join()}`).join('')
}

/** For each name its seconds, by their place. */
export function secondsByName(timeline: readonly TimelineSecond[]): Map<string, string> {
  const parts = new Map<string, string[]>()
  for (const [place, { requests }] of timeline.entries()) {
    for (const request of requests) {
      const key = nameKey(request)
      const own = parts.get(key) ?? []
      if (own.length === 0) parts.set(key, own)
      own.push(`;${place},${figures(request).join()}`)
    }
  }
  return new Map([...parts].map(([key, own]) => [key, own.join('')]))
}

type SecondFigures = Pick<
  TimelineSecond['total'],
  'count' | 'failures' | 'medianMs' | 'p95Ms' | 'p99Ms' | 'averageBytes'
>

function figures(of: SecondFigures): SecondFiguresWire {
  const { count, failures, medianMs, p95Ms, p99Ms, averageBytes } = of
  return [count, failures, short(medianMs), short(p95Ms), short(p99Ms), short(averageBytes)]
}

/** Three digits are what a chart shows. */
function short(figure: number | null): number {
  if (figure === null) return -1
  if (figure >= 1000) {
    const unit = 10 ** (Math.floor(Math.log10(figure)) - 2)
    return Math.round(figure / unit) * unit
  }
  const scale = figure < 0.1 ? 10_000 : figure < 1 ? 1000 : figure < 10 ? 100 : figure < 100 ? 10 : 1
  return Math.round(figure * scale) / scale
}

export function rowOf(of: Row | OverallFigures): Row {
  const { count, failures, medianMs, averageMs, minMs, maxMs, p90Ms, p95Ms, p99Ms, p999Ms } = of
  const { averageBytes, averageRequestBytes } = of
  return {
    count,
    failures,
    medianMs,
    averageMs,
    minMs,
    maxMs,
    p90Ms,
    p95Ms,
    p99Ms,
    p999Ms,
    averageBytes,
    averageRequestBytes,
  }
}

export function encodeFailure(failure: FailureRecord, index: number): FailureWire {
  const { method, name, signature, count, firstSeen, lastSeen } = failure
  return { index, method, name, signature, count, firstSeen, lastSeen }
}

/** Those of a failure among the requests that are kept, in the order of their time. */
export function keptOf(
  exemplars: readonly ExemplarRecord[],
  failure: Pick<FailureWire, 'method' | 'name' | 'signature'>,
): KeptRequest[] {
  return (
    exemplars
      .filter(
        ({ method, name, signature }) =>
          failureKey({ method, name, signature: signature ?? '' }) === failureKey(failure),
      )
      // Chosen by chance, one may be among the slowest, too.
      .filter(
        ({ chosen, traceId }, _, all) =>
          chosen === 'slowest' || !all.some((each) => isSlowest(each, traceId)),
      )
      .toSorted((a, b) => a.elapsedMs - b.elapsedMs)
      .map(({ chosen, elapsedMs, durationMs, user, connection, inFlight, traceId }) => {
        return { chosen, elapsedMs, durationMs, user, connection, inFlight, traceId }
      })
  )
}

function isSlowest({ chosen, traceId }: ExemplarRecord, of: string): boolean {
  return chosen === 'slowest' && traceId === of && of !== ''
}
