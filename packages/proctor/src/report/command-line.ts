import type { Load, Plan } from '../engine/plan.ts'
import { shellWord } from '../history/shell-word.ts'
import type { ArgumentValue } from '../scenario/arguments.ts'
import { EVERYTHING, type Selection } from '../scenario/selection.ts'
import type { Stage } from '../shape/profile.ts'

/** What of a run its command line tells. */
export interface Repeatable extends Pick<
  Plan,
  'scenario' | 'host' | 'load' | 'seed' | 'selection' | 'arguments'
> {
  readonly thresholds?: readonly { readonly expression: string }[]
}

/** The command line that repeats a run: `proctor run students.ts -H http://127.0.0.1:5000 -u 50 -r 5 -t 60s --seed 7`. */
export function commandLine({
  scenario,
  host,
  load,
  seed,
  selection = EVERYTHING,
  arguments: values = {},
  thresholds = [],
}: Repeatable): string {
  const flags = Object.entries(loadFields(load)).flatMap(([name, value]) => [
    SHORT[name] ?? `--${name}`,
    value,
  ])
  const conditions = thresholds.flatMap(({ expression }) => ['--threshold', expression])
  return [
    'proctor',
    'run',
    scenario,
    ...selection.classes,
    '-H',
    host,
    ...selectionFlags(selection),
    ...flags,
    '--seed',
    String(seed),
    ...conditions,
    ...Object.entries(values).map(([name, value]) => argumentFlag(name, value)),
  ]
    .map(shellWord)
    .join(' ')
}

function selectionFlags({ tags, excludeTags, weights = {} }: Selection): string[] {
  return [
    ...tags.map((tag) => `--tags=${tag}`),
    ...excludeTags.map((tag) => `--exclude-tags=${tag}`),
    ...Object.entries(weights).map(([name, weight]) => `--weight=${name}=${weight}`),
  ]
}

function argumentFlag(name: string, value: ArgumentValue): string {
  const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  if (typeof value === 'boolean') return value ? `--${flag}` : `--no-${flag}`
  return `--${flag}=${value}`
}

const SHORT: Readonly<Record<string, string>> = { users: '-u', 'spawn-rate': '-r', 'run-time': '-t' }

/** A load as flags by their long names, and what stands behind each. */
export function loadFields(load: Load): Record<string, string> {
  return {
    ...(load.stages === 'scenario' ? {} : amountFields(load, load.stages)),
    ...(load.iterations === null ? {} : { iterations: String(load.iterations) }),
    ...(load.durationMs === null ? {} : { 'run-time': durationText(load.durationMs) }),
  }
}

function amountFields(load: Load, stages: readonly Stage[] | null): Record<string, string> {
  const over = stages === null ? {} : { stages: stagesText(stages) }
  if (load.kind === 'closed') {
    return stages === null ? { users: String(load.users), 'spawn-rate': String(load.spawnRate) } : over
  }
  const { arrivalsPerSecond, spacing, maxUsers, whenBusy } = load
  const uniform = spacing === 'uniform' ? ',uniform' : ''
  const missed = whenBusy === 'missed' ? ',missed' : ''
  return {
    arrivals: stages === null ? `${arrivalsPerSecond}/s${uniform}` : spacing,
    ...over,
    ...(maxUsers === null ? {} : { 'max-users': `${maxUsers}${missed}` }),
  }
}

function stagesText(stages: readonly Stage[]): string {
  return stages.map(({ atMs, value }) => `${durationText(atMs)}:${value}`).join(',')
}

export function durationText(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`
}
