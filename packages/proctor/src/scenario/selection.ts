import { ScenarioError } from './scenario-error.ts'
import type { CheckedSet, Entry } from './task-set.ts'
import type { UserClass } from './user.ts'

/** Which part of a scenario is run. */
export interface Selection {
  /** User classes by name; empty for all. */
  readonly classes: readonly string[]
  /** Of the tasks those that bear one of these, themselves or by their set; empty for all. */
  readonly tags: readonly string[]
  /** Of these none. */
  readonly excludeTags: readonly string[]
  /** In place of the scenario's own, by user class; 0 leaves a class out. */
  readonly weights?: Readonly<Record<string, number>>
}

export const EVERYTHING: Selection = { classes: [], tags: [], excludeTags: [] }

/**
 * The user classes that are chosen, with the tasks that are. A class without any is left out, as is an empty set.
 *
 * Throws a `ScenarioError` where a name or tag is unknown, or nothing is left.
 */
export function select(
  users: ReadonlyMap<string, UserClass>,
  selection: Selection,
  file: string,
): Map<string, UserClass> {
  const { classes, weights = {} } = selection
  checkKnown('user class', [...classes, ...Object.keys(weights)], [...users.keys()], file)
  checkKnown('tag', [...selection.tags, ...selection.excludeTags], tagsOf(users), file)
  const chosen = [...users]
    .filter(([name]) => (classes.length === 0 || classes.includes(name)) && weights[name] !== 0)
    .map(([name, user]): [string, UserClass] => [
      name,
      user.withTasks(chosenOf(user.tasks, selection, false)).withWeight(weights[name] ?? user.weight),
    ])
    .filter(([, { tasks }]) => tasks.length > 0)
  if (chosen.length > 0) return new Map(chosen)
  throw new ScenarioError('expected tags and weights to leave at least one task; they leave none', file)
}

/** Throws a `ScenarioError` where one of those asked for is not known. */
export function checkKnown(
  what: string,
  asked: readonly string[],
  known: readonly string[],
  file: string,
): void {
  const stranger = asked.find((name) => !known.includes(name))
  if (stranger === undefined) return
  const there = known.length === 0 ? 'there is none' : `there is ${known.join(', ')}`
  throw new ScenarioError(`expected a ${what} of this file (${there}); got ${stranger}`, file)
}

function tagsOf(users: ReadonlyMap<string, UserClass>): string[] {
  const tags = (entries: readonly Entry[]): string[] =>
    entries.flatMap((entry) => [...entry.tags, ...(entry.kind === 'set' ? tags(entry.entries) : [])])
  return [...new Set([...users.values()].flatMap((user) => tags(user.tasks)))].toSorted()
}

/** `isIn` says whether a set around bears one of the tags asked for. */
function chosenOf(entries: readonly Entry[], selection: Selection, isIn: boolean): Entry[] {
  return entries.flatMap((entry): Entry[] => {
    const isChosen = isIn || selection.tags.length === 0 || bears(entry, selection.tags)
    if (bears(entry, selection.excludeTags)) return []
    if (entry.kind === 'task') return isChosen ? [entry] : []
    const inner = chosenOf(entry.entries, selection, isChosen)
    return inner.length === 0 ? [] : [withEntries(entry, inner)]
  })
}

function bears(entry: Entry, tags: readonly string[]): boolean {
  return entry.tags.some((tag) => tags.includes(tag))
}

/** A sequence with fewer steps is through after fewer. */
function withEntries(set: CheckedSet, entries: readonly Entry[]): Entry {
  if (set.order.kind !== 'sequence') return { ...set, entries }
  return { ...set, entries, leaveAfter: (set.leaveAfter / set.entries.length) * entries.length }
}
