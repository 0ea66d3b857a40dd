import type { Load } from '../engine/plan.ts'

/** What the system lets one process have; `null` where it sets no limit, or doesn't tell. */
export interface Limits {
  readonly openFiles: number | null
  /** To one address of a service. */
  readonly localPorts: number | null
}

/** What a process opens for itself, and for each worker: measured, and rounded up. */
const OWN_FILES = 30
const FILES_OF_WORKER = 10

/** An open load whose answers take this long is nothing unusual. */
const USUAL_ANSWER_SECONDS = 1

interface Resource {
  readonly left: number
  readonly what: string
  readonly next: string
}

/**
 * Where a load asks for more connections than this machine has to give: a sentence for each resource that is short, with
 * what to do. A user keeps its connection, so `-u 5000` needs 5,000 of each.
 */
export function preflight(load: Load, workers: number, limits: Limits): string[] {
  return resources(workers, limits).flatMap((resource) => warning(load, resource) ?? [])
}

function resources(workers: number, { openFiles, localPorts }: Limits): Resource[] {
  const files = {
    left: Math.max(0, (openFiles ?? Infinity) - OWN_FILES - workers * FILES_OF_WORKER),
    what: `this process may open ${openFiles} files`,
    next: 'raise `ulimit -n`',
  }
  const ports = {
    left: localPorts ?? Infinity,
    what: `there are ${localPorts} local ports to one address`,
    next: 'widen net.ipv4.ip_local_port_range',
  }
  return [files, ports]
}

function warning(load: Load, { left, what, next }: Resource): string | undefined {
  // What a shape of the scenario's will ask for is known as it is asked for.
  if (load.stages === 'scenario') return undefined
  if (load.kind === 'closed') {
    return load.users <= left
      ? undefined
      : `${load.users} users keep a connection each, but ${what}: ${next}, or ask for at most ${left} users`
  }
  const { arrivalsPerSecond, maxUsers } = load
  const seconds = left / arrivalsPerSecond
  if ((maxUsers ?? Infinity) <= left || seconds >= USUAL_ANSWER_SECONDS) return undefined
  return (
    `at ${arrivalsPerSecond} arrivals a second, answers that take ${seconds.toPrecision(2)} s use up every connection, ` +
    `since ${what}: ${next}, or set --max-users ${left}`
  )
}
