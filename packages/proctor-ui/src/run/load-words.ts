import type { RunHead } from 'proctor/wire'
import { plural } from '../format.ts'

/** What the load is meant to be now, in a few words. */
export function loadWords({ load, steering }: RunHead): string {
  const steered = steering.at(-1)?.target
  if (load.kind === 'closed') return steered === undefined ? usersWords(load) : `of ${steered} wanted`
  if (steered !== undefined) return `${steered} arrivals/s`
  return load.stages === null ? `${load.arrivalsPerSecond} arrivals/s` : 'arrivals in stages'
}

function usersWords({ users, spawnRate, stages }: Extract<RunHead['load'], { kind: 'closed' }>): string {
  if (stages === 'scenario') return "by the scenario's shape"
  return stages === null ? `of ${plural(users, 'user')}, ${spawnRate}/s` : `up to ${users} in stages`
}

/** Users, or arrivals a second, that were asked for last. */
export function targetOf({ load, steering }: RunHead): number {
  return steering.at(-1)?.target ?? (load.kind === 'closed' ? load.users : load.arrivalsPerSecond)
}
