import type { ClosedLoad, Load, OpenLoad } from '../engine/plan.ts'
import type { ScenarioSummary } from '../run/protocol.ts'
import { formatNoun, formatSeconds } from './format.ts'

/** A load in words: `50 users, 5 started a second, for 60 s`. */
export function describeLoad(load: Load): string {
  const what = load.kind === 'closed' ? describeUsers(load) : describeArrivals(load)
  return [...what, ...describeBounds(load)].join(', ')
}

/** Whole seconds where they are whole: a running time of `5.0 s` looks more exact than it is. */
export function formatElapsed(seconds: number): string {
  return seconds < 100 && Number.isInteger(seconds) ? `${seconds} s` : formatSeconds(seconds)
}

function describeUsers({ users, spawnRate, stages }: ClosedLoad): string[] {
  if (stages === 'scenario') return ["users by the scenario's shape"]
  if (stages !== null) return [`up to ${formatNoun(users, 'user')} in stages`]
  return [formatNoun(users, 'user'), `${spawnRate} started a second`]
}

function describeArrivals({ arrivalsPerSecond, spacing, stages, maxUsers, whenBusy }: OpenLoad): string[] {
  const how = spacing === 'poisson' ? 'Poisson' : 'evenly spaced'
  const cap = maxUsers === null ? [] : [`at most ${formatNoun(maxUsers, 'user')}, the rest ${whenBusy}`]
  if (stages === 'scenario') return [`arrivals by the scenario's shape (${how})`, ...cap]
  const rate = `${formatNoun(arrivalsPerSecond, 'arrival')} a second`
  return [`${stages === null ? rate : `up to ${rate} in stages`} (${how})`, ...cap]
}

function describeBounds({ durationMs, iterations }: Load): string[] {
  const tasks = iterations === null ? [] : [`${formatNoun(iterations, 'task')} in all`]
  if (durationMs !== null) return [...tasks, `for ${formatElapsed(durationMs / 1000)}`]
  return tasks.length > 0 ? tasks : ['until Ctrl-C']
}

/** Where fixed counts and the users asked for cannot both be had. */
export function fixedCountWarnings({ users }: ScenarioSummary, load: Load): string[] {
  if (load.kind === 'open' || load.stages === 'scenario') return []
  const fixed = users.reduce((sum, { fixedCount }) => sum + fixedCount, 0)
  const asked = formatNoun(load.users, 'user')
  const fixedOf = users.filter(({ fixedCount }) => fixedCount > 0)
  const counts = fixedOf.map(({ name, fixedCount }) => `${fixedCount} ${name}`).join(' and ')
  if (fixed > load.users) {
    return [
      `the scenario's fixed counts ask for ${counts}, the load for ${asked}: the last of them do not start; ask for -u ${fixed}`,
    ]
  }
  if (fixed < load.users && fixed > 0 && fixedOf.length === users.length) {
    return [
      `the load asks for ${asked}, but every class has a fixed count (${counts}): no more than ${fixed} start`,
    ]
  }
  return []
}
