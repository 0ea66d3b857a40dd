import type { Expectations } from './expectations.ts'
import type { Task, TaskFunction, TaskOptions } from './task.ts'
import type { WaitTime } from './wait-time.ts'

/** Tasks and task sets by name. A function alone is a task of weight 1. */
export type Tasks<State = undefined> = Record<string, TaskFunction<State> | Task<State> | TaskSet<State>>

/**
 * Tasks that belong together. A user that enters stays in it until it is left; sets may stand in sets.
 *
 * ```ts
 * import { between, defineUser, leave } from 'proctor'
 *
 * export const Visitor = defineUser({
 *   waitTime: between(1, 5),
 *   tasks: {
 *     home: ({ http }) => http.get('/'),
 *     // at random by weight, until one of them leaves
 *     forum: { weight: 2, tasks: { read: { weight: 10, run: ({ http }) => http.get('/forum') }, leave } },
 *     // one after the other, then it is left
 *     checkout: { sequence: { basket: ({ http }) => http.get('/basket'), pay: ({ http }) => http.post('/payments') } },
 *     // each says what may follow, with which probability: a Markov chain
 *     shop: {
 *       tasks: { browse: ({ http }) => http.get('/shop'), cart: ({ http }) => http.post('/cart') },
 *       next: { browse: { browse: 0.6, cart: 0.3, leave: 0.1 }, cart: { browse: 0.5, leave: 0.5 } },
 *     },
 *   },
 * })
 * ```
 */
export type TaskSet<State = unknown> = RandomTasks<State> | Sequence<State> | Transitions<State>

interface SetOptions<State> extends TaskOptions {
  /** Seconds between two tasks of the set; that of what is around it when left out. */
  waitTime?: WaitTime
  /** On entering. When it throws, the set is left at once. */
  onStart?: TaskFunction<State>
  /** On leaving, also when the user is stopped meanwhile; its requests may still be sent. */
  onStop?: TaskFunction<State>
}

/** Tasks chosen at random by weight. */
export interface RandomTasks<State = unknown> extends SetOptions<State> {
  /** What it chooses among. */
  tasks: Tasks<State>
  /** The set is left after so many tasks; by `leave` alone when left out. */
  leaveAfter?: number
}

/**
 * Tasks that are done in the order in which they are written. A step that throws ends itself alone: one without which the
 * rest makes no sense calls `leave`.
 */
export interface Sequence<State = unknown> extends SetOptions<State> {
  /** Its steps, by name. */
  sequence: Tasks<State>
  /** How often it is gone through before it is left; once when left out, `Infinity` for until `leave`. */
  rounds?: number
}

/** Tasks of which each says what follows it. */
export interface Transitions<State = unknown> extends SetOptions<State> {
  /** What it chooses among, by name. */
  tasks: Tasks<State>
  /** For each task the probabilities of what follows it, which add up to 1; `leave` leaves the set. */
  next: Record<string, Record<string, number>>
  /** The task to begin with; the first of `tasks` when left out. */
  first?: string
  /** The set is left after so many tasks, whatever the probabilities. */
  leaveAfter?: number
}

/** `unknown` where every transition names tasks of its own set; a type that nothing fits where one doesn't. */
export type KnownTransitions<T> = {
  [Name in keyof T]: T[Name] extends { tasks: infer Inner; next: infer Next }
    ? { next: KnownNext<Next, keyof Inner>; tasks: KnownTransitions<Inner> }
    : T[Name] extends { tasks: infer Inner }
      ? { tasks: KnownTransitions<Inner> }
      : T[Name] extends { sequence: infer Inner }
        ? { sequence: KnownTransitions<Inner> }
        : unknown
}

type KnownNext<Next, Name extends PropertyKey> = { [From in Name]: unknown } & {
  [From in keyof Next]: From extends Name
    ? { [To in keyof Next[From]]: To extends Name | 'leave' ? number : never }
    : never
}

/** How a set chooses what comes next. */
export type Order =
  | { readonly kind: 'random' }
  | { readonly kind: 'sequence' }
  | { readonly kind: 'transitions'; readonly first: string; readonly next: TransitionTable }

/** By the task that was done, what may follow it, `leave` among it, with probabilities. */
export type TransitionTable = ReadonlyMap<string, readonly Transition[]>

export interface Transition {
  readonly to: string
  readonly probability: number
}

interface Checked {
  /** Within its set. */
  readonly key: string
  /** From the user class on, with dots between: `shop.pay`. */
  readonly name: string
  readonly weight: number
  readonly tags: readonly string[]
  readonly times: number
}

/** A task that has passed every check. */
export interface CheckedTask extends Checked {
  readonly kind: 'task'
  readonly run: TaskFunction<never>
}

/** A task set that has passed every check. */
export interface CheckedSet extends Checked {
  readonly kind: 'set'
  readonly order: Order
  readonly waitTime: WaitTime | undefined
  readonly onStart: TaskFunction<never> | undefined
  readonly onStop: TaskFunction<never> | undefined
  readonly leaveAfter: number
  readonly entries: readonly Entry[]
}

export type Entry = CheckedTask | CheckedSet

const OPTION_KEYS = ['weight', 'tags', 'times']
const SET_KEYS = [...OPTION_KEYS, 'waitTime', 'onStart', 'onStop']
const KEYS = {
  task: [...OPTION_KEYS, 'run'],
  random: [...SET_KEYS, 'tasks', 'leaveAfter'],
  sequence: [...SET_KEYS, 'sequence', 'rounds'],
  transitions: [...SET_KEYS, 'tasks', 'next', 'first', 'leaveAfter'],
}

/** What may stand in a definition; each is checked before it is used. */
type Given = Record<string, never>

/** The tasks at `path`, by name. Throws a `ScenarioError` that says what was expected, and where. */
export function checkedTasks(tasks: unknown, expected: Expectations, path = 'tasks', prefix = ''): Entry[] {
  const entries = Object.entries(expected.object(`${path}: { name: function, … }`, tasks))
  expected.holds(entries.length > 0, `${path} with at least one task`, tasks)
  return entries.map(([key, task]) => {
    return { ...checkedEntry(task, expected, `${path}.${key}`, prefix + key), key, name: prefix + key }
  })
}

type Unnamed<T> = T extends Entry ? Omit<T, 'key' | 'name'> : never

function checkedEntry(task: unknown, expected: Expectations, path: string, name: string): Unnamed<Entry> {
  if (typeof task === 'function')
    return { kind: 'task', run: task as never, weight: 1, tags: [], times: Infinity }
  const given = (typeof task === 'object' && task !== null ? task : {}) as Given
  const kinds = ['run', 'tasks', 'sequence'].filter((key) => given[key] !== undefined)
  expected.holds(kinds.length === 1, `${path} to be a function, { run }, { tasks } or { sequence }`, task)
  if (kinds[0] !== 'run') return checkedSet(given, expected, path, name)
  const run = expected.optionalFunction(`${path}.run`, given['run'])!
  expected.knownKeys(path, given, KEYS.task)
  return { kind: 'task', run, ...checkedOptions(given, expected, path) }
}

function checkedSet(given: Given, expected: Expectations, path: string, name: string): Unnamed<CheckedSet> {
  const kind = 'sequence' in given ? 'sequence' : 'next' in given ? 'transitions' : 'random'
  expected.knownKeys(path, given, KEYS[kind])
  const inner = kind === 'sequence' ? 'sequence' : 'tasks'
  const entries = checkedTasks(given[inner], expected, `${path}.${inner}`, `${name}.`)
  const waitTime = expected.optionalFunction(`${path}.waitTime`, given['waitTime'], ', such as between(1, 2)')
  return {
    kind: 'set',
    ...checkedOptions(given, expected, path),
    waitTime,
    onStart: expected.optionalFunction(`${path}.onStart`, given['onStart']),
    onStop: expected.optionalFunction(`${path}.onStop`, given['onStop']),
    entries,
    ...ARRANGED[kind](given, entries, expected, path),
  }
}

type Arrange = (
  given: Given,
  entries: readonly Entry[],
  expected: Expectations,
  path: string,
) => Pick<CheckedSet, 'order' | 'leaveAfter'>

const ARRANGED: Record<Order['kind'], Arrange> = {
  random({ leaveAfter }, _, expected, path) {
    return {
      order: { kind: 'random' },
      leaveAfter: bound(expected, `${path}.leaveAfter`, leaveAfter, Infinity),
    }
  },
  sequence({ rounds }, entries, expected, path) {
    const number = entries.find(({ key }) => /^\d+$/.test(key))
    const named = `${path}.sequence to have names that are no numbers, whose order would be lost`
    expected.holds(number === undefined, named, number?.key)
    const leaveAfter = bound(expected, `${path}.rounds`, rounds, 1) * entries.length
    return { order: { kind: 'sequence' }, leaveAfter }
  },
  transitions({ next, first, leaveAfter }, entries, expected, path) {
    const keys = entries.map(({ key }) => key)
    const bounded = entries.find(({ times }) => times !== Infinity)
    expected.holds(!keys.includes('leave'), `${path}.tasks without leave, which leaves the set`, 'leave')
    expected.holds(bounded === undefined, `${path}.tasks without times beside next`, bounded?.key)
    const beginning: string = first ?? keys[0]!
    expected.holds(keys.includes(beginning), `${path}.first to be one of ${keys.join(', ')}`, beginning)
    return {
      order: {
        kind: 'transitions',
        first: beginning,
        next: checkedNext(next, keys, expected, `${path}.next`),
      },
      leaveAfter: bound(expected, `${path}.leaveAfter`, leaveAfter, Infinity),
    }
  },
}

function checkedOptions(
  given: Given,
  expected: Expectations,
  path: string,
): Pick<Checked, 'weight' | 'tags' | 'times'> {
  const { weight = 1, tags = [], times } = given as TaskOptions
  const areTags = Array.isArray(tags) && tags.every((tag) => typeof tag === 'string' && tag !== '')
  expected.holds(areTags, `${path}.tags to be names, such as ['smoke']`, tags)
  return {
    weight: expected.positive(`${path}.weight`, weight),
    tags,
    times: bound(expected, `${path}.times`, times, Infinity),
  }
}

function bound(expected: Expectations, name: string, value: number | undefined, otherwise: number): number {
  if (value === undefined || value === Infinity) return value ?? otherwise
  return expected.atLeastOne(name, value)
}

/** Sums of decimals such as 0.7 + 0.2 + 0.1 miss 1 by some ulps. */
const ROUNDING = 1e-9

function checkedNext(
  next: unknown,
  keys: readonly string[],
  expected: Expectations,
  path: string,
): TransitionTable {
  const rows = expected.object(`${path}: { task: { task: probability, … }, … }`, next) as Given
  expected.knownKeys(path, rows, keys)
  return new Map(keys.map((from) => [from, checkedRow(rows[from], keys, expected, `${path}.${from}`)]))
}

function checkedRow(
  row: unknown,
  keys: readonly string[],
  expected: Expectations,
  path: string,
): Transition[] {
  const given = expected.object(`${path}: { task: probability, … }`, row) as Record<string, number>
  expected.knownKeys(path, given, [...keys, 'leave'])
  const transitions = Object.entries(given).map(([to, probability]) => ({ to, probability }))
  for (const { to, probability } of transitions)
    expected.holds(probability >= 0 && probability <= 1, `${path}.${to} from 0 to 1`, probability)
  const sum = transitions.reduce((all, { probability }) => all + probability, 0)
  expected.holds(Math.abs(sum - 1) <= ROUNDING, `the probabilities of ${path} to add up to 1`, sum)
  return transitions
}
