import type { Addition, Change, ExpectedVersion, Removal } from '../students/student-store.ts'
import type { Student, StudentChanges } from '../students/student.ts'
import { addAll, type AddWrite } from './additions.ts'
import type { Connection } from './connection-pool.ts'
import { eraseFromKeys } from './idempotency-keys.ts'
import { mergeAll, type Merged, type MergeWrite } from './merges.ts'
import { deleteStudent, lockStudent, updateStudent } from './student-table.ts'

interface ChangeWrite {
  kind: 'change'
  id: number
  changes: StudentChanges
  expected: ExpectedVersion
}

interface RemoveWrite {
  kind: 'remove'
  id: number
  expected: ExpectedVersion
}

export type Write = AddWrite | MergeWrite | ChangeWrite | RemoveWrite
export type Outcome = Addition | Merged | Change | Removal

/**
 * Does all writes, inside the transaction they share: additions together, then merges, then the others in the
 * order of ids, so that processes wait for each other rather than deadlock. Where two of these orders cross, they may: one is tried again.
 * @returns What each came to, in their order.
 */
export async function writeAll(
  connection: Connection,
  writes: readonly Write[],
  now: Date,
): Promise<Outcome[]> {
  const outcomes = new Map<Write, Outcome>()
  const additions = writes.filter((write) => write.kind === 'add')
  const added = await addAll(connection, additions, now)
  additions.forEach((write, index) => outcomes.set(write, added[index]!))
  const merges = writes.filter((write) => write.kind === 'merge')
  const merged = await mergeAll(connection, merges, now)
  merges.forEach((write, index) => outcomes.set(write, merged[index]!))
  const others = writes
    .filter((write) => write.kind === 'change' || write.kind === 'remove')
    .toSorted((a, b) => a.id - b.id)
  for (const write of others) outcomes.set(write, await writeOne(connection, write, now))
  return writes.map((write) => outcomes.get(write)!)
}

async function writeOne(
  connection: Connection,
  write: ChangeWrite | RemoveWrite,
  now: Date,
): Promise<Change | Removal> {
  const current = await lockStudent(connection, write.id)
  if (!current) return { state: 'absent' }
  if (!isExpected(current, write.expected)) return { state: 'version-mismatch' }
  if (write.kind === 'remove') return remove(connection, write.id)
  const student = await updateStudent(connection, write.id, write.changes, now)
  return student ? { state: 'changed', student } : { state: 'email-taken' }
}

async function remove(connection: Connection, id: number): Promise<Removal> {
  await deleteStudent(connection, id)
  await eraseFromKeys(connection, id)
  return { state: 'removed' }
}

function isExpected({ version }: Student, expected: ExpectedVersion): boolean {
  return expected === 'any' || expected.includes(version)
}
