import { Command } from 'commander'
import type { Plan } from '../engine/plan.ts'
import type { Fields } from '../page/wire.ts'
import type { ArgumentValue } from '../scenario/arguments.ts'
import { durationText, loadFields } from '../report/command-line.ts'
import { declareRunFlags, type RunFlags, toPlan } from './run-flags.ts'
import { EVERYTHING } from '../scenario/selection.ts'
import { UsageError } from './usage-error.ts'

/** What the page may set: nothing that writes a file, or names one. */
const FIELDS = [
  'host',
  'users',
  'spawn-rate',
  'stages',
  'arrivals',
  'max-users',
  'iterations',
  'run-time',
  'stop-timeout',
  'request-timeout',
  'seed',
  'threads',
] as const

/**
 * A plan by the page's form, which is the command line in other clothes: one grammar, and the same words of refusal. What the
 * form doesn't say stays as in the plan that the page was started with.
 */
export function planOfForm(cwd: string, started: Plan, fields: Fields): Plan {
  const command = declareRunFlags(new Command('run'))
    .exitOverride()
    .configureOutput({ outputError: () => {} })
  command.parse([started.scenario, ...argumentsOf({ host: started.host, ...fields })], { from: 'user' })
  const classes = started.selection?.classes ?? []
  const planned = toPlan(cwd, [started.scenario, ...classes], command.opts<RunFlags>())
  const { host, load, isLoadGiven, workers, seed, stopTimeoutMs, requestTimeoutMs, thresholds } = planned
  const { weights } = planned.selection!
  return {
    ...started,
    ...argumentsIn(fields),
    selection: { ...EVERYTHING, ...started.selection, ...(weights && { weights }) },
    host,
    load,
    isLoadGiven,
    workers,
    seed,
    stopTimeoutMs,
    requestTimeoutMs,
    thresholds: thresholds ?? [],
  }
}

/** Each condition stands on a line of its own. */
function argumentsOf(fields: Fields): string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    const text = value.trim()
    if (text === '') return []
    if (name === 'arguments') return []
    if (name === 'weights') return text.split(',').map((part) => `--weight=${part}`)
    if (name === 'thresholds') return text.split('\n').map((line) => `--threshold=${line.trim()}`)
    if (FIELDS.some((field) => field === name)) return [`--${name}=${text}`]
    throw new UsageError(`--${name}: no field of this form`)
  })
}

/** The form as the command line that started the page has filled it. */
export function fieldsOfPlan(plan: Plan, { threads, seed }: Pick<RunFlags, 'threads' | 'seed'>): Fields {
  const { host, load, thresholds = [], isLoadGiven, stopTimeoutMs, requestTimeoutMs } = plan
  const conditions = thresholds.map(({ expression }) => expression).join('\n')
  return {
    host,
    threads: String(threads),
    ...(seed === undefined ? {} : { seed: String(seed) }),
    arguments: JSON.stringify(plan.arguments ?? {}),
    weights: weightsText(plan),
    'stop-timeout': durationText(stopTimeoutMs),
    'request-timeout': durationText(requestTimeoutMs),
    ...(isLoadGiven || load.durationMs !== null ? loadFields(load) : {}),
    ...(conditions === '' ? {} : { thresholds: conditions }),
  }
}

function weightsText({ selection }: Plan): string {
  return Object.entries(selection?.weights ?? {})
    .map(([name, weight]) => `${name}=${weight}`)
    .join(',')
}

/** The scenario's own, as JSON; whether each is what was declared, the scenario checks when it is loaded. */
function argumentsIn(fields: Fields): Pick<Plan, 'arguments'> {
  const text = fields['arguments']
  if (text === undefined) return {}
  const values: unknown = JSON.parse(text)
  if (typeof values === 'object' && values !== null && Object.values(values).every(isArgumentValue)) {
    return { arguments: values as Record<string, ArgumentValue> }
  }
  throw new UsageError('--arguments: expected texts, numbers and truth values by name')
}

function isArgumentValue(value: unknown): value is ArgumentValue {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
