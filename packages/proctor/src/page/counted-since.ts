import type { ExceptionRecord, FailureRecord } from '../run/record.ts'
import { exceptionRecord } from '../run/record.ts'
import type { NamedStats, Timeline } from '../run/timeline.ts'
import { RequestStats } from '../stats/request-stats.ts'
import { failureKey, nameKey } from './encode.ts'

/**
 * What is counted since the statistics were reset. Histograms add but do not subtract, so seconds are merged anew, as the
 * run itself does it; of failures and exceptions what was there before is taken off.
 */
export class CountedSince {
  readonly #byName = new Map<string, NamedStats>()
  readonly #before: ReadonlyMap<string, number>
  readonly total = new RequestStats()

  constructor({ failures, exceptions }: Timeline) {
    this.#before = new Map([
      ...failures.groups.map(({ what, count }): [string, number] => [failureKey(what), count]),
      ...exceptions.groups.map((group): [string, number] => [
        exceptionKey(exceptionRecord(group)),
        group.count,
      ]),
    ])
  }

  get requests(): NamedStats[] {
    return [...this.#byName.values()]
  }

  /** Another second is in the timeline. */
  second({ latest }: Timeline): void {
    for (const { method, name, stats } of latest) {
      const key = nameKey({ method, name })
      const own = this.#byName.get(key) ?? { method, name, stats: new RequestStats() }
      own.stats.merge(stats)
      this.#byName.set(key, own)
      this.total.merge(stats)
    }
  }

  failure(ever: FailureRecord): FailureRecord {
    return { ...ever, count: ever.count - (this.#before.get(failureKey(ever)) ?? 0) }
  }

  exceptions(ever: readonly ExceptionRecord[]): ExceptionRecord[] {
    return ever.flatMap((exception) => {
      const count = exception.count - (this.#before.get(exceptionKey(exception)) ?? 0)
      return count > 0 ? [{ ...exception, count }] : []
    })
  }
}

function exceptionKey({ user, task, message }: ExceptionRecord): string {
  return `${user} ${task} ${message}`
}
