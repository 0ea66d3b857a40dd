import type { MergeOptions, MergeOutcome } from '../students/student-store.ts'
import { historyEntry, type Transition } from '../students/history-record.ts'
import { emailKey, isSame, type NewStudent, type Student } from '../students/student.ts'
import type { WriteContext } from '../students/write-context.ts'
import type { Connection } from './connection-pool.ts'
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

/** Adds or changes students by their e-mails: those who are new by one statement, the others singly. */
export async function mergeAll(
  connection: Connection,
  { students, options: { mode, dryRun }, context }: MergeWrite,
  now: Date,
): Promise<Recorded<Merged>> {
  const firsts = new Map(students.toReversed().map((student) => [emailKey(student.email), student]))
  // A dry run doesn't insert and roll back, which would use up ids.
  const added = dryRun ? undefined : await insertStudents(connection, [...firsts.values()], now)
  const known = await lockByEmails(connection, [...firsts.keys()])
  const current = new Map<string, NewStudent>(known.filter(([key]) => !added?.has(key)))
  const stored = new Map(known)
  const outcomes: MergeOutcome[] = []
  const transitions: Transition[] = [...(added?.values() ?? [])].map((after) => ({ after }))
  for (const student of students) {
    const key = emailKey(student.email)
    const outcome = outcomeOf(student, current.get(key), mode)
    outcomes.push(outcome)
    if (outcome === 'added' || outcome === 'changed') current.set(key, student)
    if (dryRun || outcome !== 'changed') continue
    const before = stored.get(key)!
    const after = await updateStudent(connection, before.id, student, now)
    if (!after) continue
    stored.set(key, after)
    transitions.push({ before, after })
  }
  const written = transitions.flatMap(({ after }) => after ?? [])
  const entries = transitions.map((transition) => historyEntry(transition, { context, now }))
  return { outcome: { state: 'merged', outcomes, written }, entries }
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
