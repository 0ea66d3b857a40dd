import type { RequestRecord, RunRecord } from '../../run/record.ts'
import { isOfDatabase } from '../database-time.ts'
import type { Finding } from '../finding.ts'
import { duration, grouped, requestWords, share } from '../words.ts'

/** What is quicker needs no explanation. */
const LEAST_MS = 5
const MOSTLY = 0.5
const HARDLY = 0.2
const TOTAL = /^(total|app|application|server|request|handler)\b/i

/** Whose the time is, by the service's own account in `Server-Timing`: its database's, its own, or that of the way there. */
export function serverTime(record: RunRecord): Finding[] {
  const all = record.requests.flatMap((request) => {
    const timing = record.serverTimings.find(
      ({ method, name }) => method === request.method && name === request.name,
    )
    const averageMs = request.service.averageMs
    if (timing === undefined || averageMs === null || averageMs < LEAST_MS) return []
    const sum = (is: (metric: string) => boolean) => {
      return timing.metrics.reduce((ms, each) => ms + (is(each.metric) ? each.averageMs : 0), 0)
    }
    const times = { averageMs, databaseMs: sum(isOfDatabase), totalMs: sum((metric) => TOTAL.test(metric)) }
    const found = findingOf(request, times, timing.metrics[0]!.count)
    return found === undefined ? [] : [{ found, weight: averageMs * request.count }]
  })
  return all
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, 1)
    .map(({ found }) => found)
}

interface Times {
  readonly averageMs: number
  readonly databaseMs: number
  readonly totalMs: number
}

function findingOf(request: RequestRecord, times: Times, told: number): Finding | undefined {
  const { averageMs, databaseMs, totalMs } = times
  const what = requestWords(request)
  const note = (title: string, recommendation: string): Finding => ({
    id: 'server-time',
    severity: 'note',
    title,
    certainty: 'likely',
    evidence: [
      `${grouped(told)} of its answers say so in Server-Timing; ${duration(averageMs)} is the mean of all.`,
    ],
    rivals: [],
    recommendation,
  })
  if (databaseMs >= MOSTLY * averageMs) {
    return note(
      `The database took ${share(Math.min(databaseMs, averageMs), averageMs)} of the time of ${what}: ${duration(databaseMs)} of ${duration(averageMs)}.`,
      'Look at the plan of its queries, its locks and its indexes before the service’s own code.',
    )
  }
  if (totalMs === 0) return undefined
  if (totalMs < MOSTLY * averageMs) {
    return note(
      `${what} spent ${share(averageMs - totalMs, averageMs)} of its time before or behind the service: by its own account it took ${duration(totalMs)} of ${duration(averageMs)}.`,
      'Look at what it waits for before the service begins with it: the accept queue, a proxy, a busy event loop, the network.',
    )
  }
  if (databaseMs === 0 || databaseMs > HARDLY * totalMs) return undefined
  return note(
    `The service’s own code took the time of ${what}, not its database: ${duration(databaseMs)} of ${duration(totalMs)} were the database’s.`,
    'Profile the service under this load.',
  )
}
