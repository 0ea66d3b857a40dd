import type { ExemplarRecord } from '../evidence/case-file.ts'
import { timingsIn } from '../evidence/server-timings.ts'

const DATABASE = /^(db|database|sql|query|queries|postgres|pg|mysql|mariadb|mongo|sqlite|redis)\b/i

/** Whether a metric of `Server-Timing` is of a database, by its name. */
export function isOfDatabase(metric: string): boolean {
  return DATABASE.test(metric)
}

/** How long the database took for a request that is kept, by the service's own account; `undefined` where it gives none. */
export function databaseMs({ response }: ExemplarRecord): number | undefined {
  const times = (response?.headers ?? [])
    .filter(([name]) => name.toLowerCase() === 'server-timing')
    .flatMap(([, value]) => timingsIn(value))
    .filter(([metric]) => isOfDatabase(metric))
  return times.length === 0 ? undefined : times.reduce((sum, [, ms]) => sum + ms, 0)
}
