import { type Report, toReport } from '../../proctor/src/report/report.ts'
import { recordOf } from '../../proctor/test/report/run-fixture.ts'

export const HOUR = 3_600

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
