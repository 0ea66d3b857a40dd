import { analyse } from '../../src/analysis/analyse.ts'
import type { Finding } from '../../src/analysis/finding.ts'
import type { Random } from '../../src/scenario/random.ts'
import { recordOfSent, type Sent } from './recorded.ts'

/** Why requests failed, as a run in which these were sent says it. */
export function why(all: readonly Sent[]): Finding[] {
  return analyse(recordOfSent(all)).filter(({ severity }) => severity === 'failure')
}

/** So many seconds of requests that come at random. */
export function asked(seconds: number, perSecond: (second: number) => number, random: Random): number[] {
  return Array.from({ length: seconds }, (_, second) => {
    const count = Math.round(perSecond(second) * random.float(0.9, 1.1))
    return Array.from({ length: count }, () => second * 1_000 + random.float(0, 999)).toSorted(
      (a, b) => a - b,
    )
  }).flat()
}

/** Requests of users who each think from one to the next, in rising order. */
export function askedBy(users: number, seconds: number, thinkMs: readonly [number, number], random: Random) {
  return Array.from({ length: users }, (_, user) => {
    const times: { at: number; user: number }[] = []
    for (let at = random.float(0, thinkMs[1]); at < 1_000 * seconds; at += random.float(...thinkMs) + 5)
      times.push({ at, user })
    return times
  })
    .flat()
    .toSorted((a, b) => a.at - b.at)
}
