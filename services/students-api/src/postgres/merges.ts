import type { MergeOptions, MergeOutcome } from '../students/student-store.ts'
import { historyEntry, type Transition } from '../students/history-record.ts'
import { emailKey, isSame, type NewStudent, type Student } from '../students/student.ts'
import type { WriteContext } from '../students/write-context.ts'
import type { Connection } from './connection-pool.ts'
import { PostgresFailure } from './postgres-failure.ts'
import type { Recorded } from './recorded.ts'
import { insertStudents, lockByEmails, updateStudent } from './student-table.ts'

export interface MergeWrite {
  kind: 'merge'
  students: readonly NewStudent[]
  options: MergeOptions
  context: WriteContext
}

export interface Merged {
  state: 'merged'
  outcomes: readonly MergeOutcome[]
  /** In the order they came to be so. */
  written: readonly Student[]
}

/** All students of some merges, by `emailKey`: those who are new are in the table already, and nobody else changes any. */
interface Held {
  added: ReadonlyMap<string, Student>
  /** As each is in the table after the rows done so far. */
  stored: Map<string, Student>
  /** What each is after the rows done so far. Those to be added are not there until their first row. */
  current: Map<string, NewStudent>
}

/**
 * Adds or changes students by their e-mails, one merge after the other: those who are new by one statement for all merges,
 * so that e-mails are waited for in one order, the others singly.
 * @returns What each merge came to.
 * @throws {PostgresFailure} of kind `conflict` where a student was removed meanwhile.
 */
export async function mergeAll(
  connection: Connection,
  writes: readonly MergeWrite[],
  now: Date,
): Promise<Recorded<Merged>[]> {
  if (writes.length === 0) return []
  const held = await hold(connection, writes, now)
  const merged: Recorded<Merged>[] = []
  for (const write of writes) merged.push(await merge(connection, write, held, now))
  return merged
}

async function hold(connection: Connection, writes: readonly MergeWrite[], now: Date): Promise<Held> {
  // A dry run doesn't insert and roll back, which would use up ids.
  const newcomers = firstOfEachEmail(writes.filter(({ options }) => !options.dryRun))
  const added = await insertStudents(connection, [...newcomers.values()], now)
  const stored = new Map(await lockByEmails(connection, [...firstOfEachEmail(writes).keys()]))
  // A removal under way left no room for the newcomer, and was committed before the student could be locked.
  if ([...newcomers.keys()].some((key) => !stored.has(key))) {
    throw new PostgresFailure('conflict', 'a student to be merged was removed at once')
  }
  return { added, stored, current: new Map([...stored].filter(([key]) => !added.has(key))) }
}

function firstOfEachEmail(writes: readonly MergeWrite[]): Map<string, NewStudent> {
  const students = writes.flatMap((write) => write.students)
  return new Map(students.toReversed().map((student) => [emailKey(student.email), student]))
}

async function merge(
  connection: Connection,
  { students, options: { mode, dryRun }, context }: MergeWrite,
  held: Held,
  now: Date,
): Promise<Recorded<Merged>> {
  const current = dryRun ? new Map(held.current) : held.current
  const outcomes: MergeOutcome[] = []
  const transitions: Transition[] = []
  for (const student of students) {
    const key = emailKey(student.email)
    const outcome = outcomeOf(student, current.get(key), mode)
    outcomes.push(outcome)
    if (outcome === 'added' || outcome === 'changed') current.set(key, student)
    if (dryRun) continue
    if (outcome === 'added') transitions.push({ after: held.added.get(key)! })
    if (outcome === 'changed') transitions.push(await change(connection, { key, student }, held, now))
  }
  const written = transitions.flatMap(({ after }) => after ?? [])
  const entries = transitions.map((transition) => historyEntry(transition, { context, now }))
  return { outcome: { state: 'merged', outcomes, written }, entries }
}

async function change(
  connection: Connection,
  { key, student }: { key: string; student: NewStudent },
  { stored }: Held,
  now: Date,
): Promise<Transition> {
  const before = stored.get(key)!
  // It is locked, and keeps its e-mail: nothing is in the way.
  const after = (await updateStudent(connection, before.id, student, now))!
  stored.set(key, after)
  return { before, after }
}

function outcomeOf(
  student: NewStudent,
  current: NewStudent | undefined,
  mode: MergeOptions['mode'],
): MergeOutcome {
  if (!current) return 'added'
  if (mode === 'insert') return 'email-taken'
  return isSame(current, student) ? 'unchanged' : 'changed'
}
