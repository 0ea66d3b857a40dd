import type { FailureExample } from '../../proctor/src/evidence/failure.ts'
import { type Report, toReport } from '../../proctor/src/report/report.ts'
import { recordOf } from '../../proctor/test/report/run-fixture.ts'

export const HOUR = 3_600

/** A number from 0 to 1 that looks like chance, and is the same each time. */
function chance(...of: readonly number[]): number {
  let hash = 0x811c9dc5
  for (const each of of) hash = Math.imul(hash ^ each, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32
}

function noisy<T extends object>(of: T, ...at: readonly number[]): T {
  const medianMs = 2 + 8 * chance(...at, 1)
  return {
    ...of,
    count: 20 + Math.floor(80 * chance(...at, 2)),
    medianMs,
    p95Ms: medianMs * (2 + 3 * chance(...at, 3)),
    p99Ms: medianMs * (5 + 9 * chance(...at, 4)),
    averageBytes: 800 + 9_000 * chance(...at, 5),
  }
}

/** The same hour, every figure of every second by chance. */
export function noisyHourOf(names: number): Report {
  const report = hourOf(names)
  const timeline = report.timeline.map((second, at) => ({
    ...second,
    elapsedMs: second.elapsedMs + 10 * chance(at, 6),
    inFlight: Math.floor(50 * chance(at, 7)),
    requests: second.requests.map((request, index) => noisy(request, at, index + 10)),
    total: {
      ...noisy(second.total, at, 8),
      latencies: second.total.latencies.map(([bucket], index): [number, number] => [
        bucket,
        1 + Math.floor(100 * chance(at, 9, index)),
      ]),
    },
  }))
  return { ...report, timeline }
}

function largeBody(of: number): string {
  return Array.from({ length: 8_000 }, (_, at) => Math.floor(36 * chance(of, at)).toString(36)).join('')
}

/** So many kinds of failures, each with large bodies that are like no other. */
export function withLargeBodies(report: Report, signatures: number): Report {
  const [failure] = report.failures
  const failures = Array.from({ length: signatures }, (_, index) => ({
    ...failure!,
    signature: `500 kind ${index}`,
    example: {
      request: {
        method: 'POST',
        url: 'http://127.0.0.1:5000/students',
        headers: [],
        body: largeBody(2 * index),
      },
      response: { status: 500, headers: [], body: largeBody(2 * index + 1) },
      phases: {},
      traceId: '',
      server: [],
    } as unknown as FailureExample,
  }))
  return { ...report, failures }
}

/** An hour in which every name was asked every second, its figures never twice the same. */
export function hourOf(names: number): Report {
  const asked = Array.from({ length: names }, (_, index) => ({
    name: `/students/${index}`,
    count: 3,
    failures: index % 40 === 0 ? 1 : 0,
  }))
  const record = recordOf(asked)
  const [second] = record.timeline
  const timeline = Array.from({ length: HOUR }, (__, at) => {
    const ms = (index: number): number =>
      5 + 3 * Math.sin(at / 60 + index) + ((at * 7919 + index * 104_729) % 1000) / 500
    const requests = second!.requests.map((request, index) => {
      return {
        ...request,
        count: 3 + (at % 5),
        medianMs: ms(index),
        p95Ms: 2 * ms(index),
        p99Ms: 3 * ms(index),
      }
    })
    const latencies = Array.from({ length: 14 }, (_, bucket): [number, number] => [
      bucket - 34,
      1 + ((at * bucket) % 37),
    ])
    const total = {
      ...second!.total,
      count: names * (3 + (at % 5)),
      medianMs: ms(0),
      p95Ms: 2 * ms(1),
      p99Ms: 3 * ms(2),
      latencies,
    }
    return { ...second!, second: at, elapsedMs: (at + 1) * 1_000, requests, total }
  })
  return toReport({ ...record, timeline, durationSeconds: HOUR }, [])
}
