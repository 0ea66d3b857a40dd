import type { MergeOptions, MergeOutcome } from '../students/student-store.ts'
import { emailKey, isSame, type NewStudent, type Student } from '../students/student.ts'
import type { WriteContext } from '../students/write-context.ts'
import type { Connection } from './connection-pool.ts'
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
  { students, options: { mode, dryRun } }: MergeWrite,
  now: Date,
): Promise<Merged> {
  const firsts = new Map(students.toReversed().map((student) => [emailKey(student.email), student]))
  // A dry run doesn't insert and roll back, which would use up ids.
  const added = dryRun ? undefined : await insertStudents(connection, [...firsts.values()], now)
  const known = await lockByEmails(connection, [...firsts.keys()])
  const current = new Map<string, NewStudent>(known.filter(([key]) => !added?.has(key)))
  const ids = new Map(known.map(([key, { id }]) => [key, id]))
  const outcomes: MergeOutcome[] = []
  const written = [...(added?.values() ?? [])]
  for (const student of students) {
    const key = emailKey(student.email)
    const outcome = outcomeOf(student, current.get(key), mode)
    outcomes.push(outcome)
    if (outcome === 'added' || outcome === 'changed') current.set(key, student)
    if (dryRun || outcome !== 'changed') continue
    const changed = await updateStudent(connection, ids.get(key)!, student, now)
    if (changed) written.push(changed)
  }
  return { state: 'merged', outcomes, written }
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
