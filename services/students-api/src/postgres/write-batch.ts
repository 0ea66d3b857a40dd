import { historyEntry, type Stamp } from '../students/history-record.ts'
import type { Addition, Change, Erasure, ExpectedVersion, Removal } from '../students/student-store.ts'
import { emailKey, type Student, type StudentChanges } from '../students/student.ts'
import type { WriteContext } from '../students/write-context.ts'
import { addAll, type AddWrite } from './additions.ts'
import type { Connection } from './connection-pool.ts'
import { eraseOne, withoutErased, type EraseWrite } from './erasures.ts'
import { eraseFromKeys } from './idempotency-keys.ts'
import { mergeAll, type Merged, type MergeWrite } from './merges.ts'
import type { Recorded } from './recorded.ts'
import { deleteStudent, idsByEmails, lockStudent, updateStudent } from './student-table.ts'

interface ChangeWrite {
  kind: 'change'
  id: number
  changes: StudentChanges
  expected: ExpectedVersion
  context: WriteContext
}

interface RemoveWrite {
  kind: 'remove'
  id: number
  expected: ExpectedVersion
  context: WriteContext
}

export type Write = AddWrite | MergeWrite | ChangeWrite | RemoveWrite | EraseWrite
export type Outcome = Addition | Merged | Change | Removal | Erasure

/**
 * Does all writes, inside the transaction they share: additions together, then merges, then the others in the
 * order of ids, so that processes wait for each other rather than deadlock. Where two of these orders cross, they may: one is tried again.
 * @returns What each came to, in their order.
 */
export async function writeAll(
  connection: Connection,
  writes: readonly Write[],
  now: Date,
): Promise<Recorded<Outcome[]>> {
  const done = new Map<Write, Recorded<Outcome>>()
  const additions = writes.filter((write) => write.kind === 'add')
  const added = await addAll(connection, additions, now)
  for (const [index, write] of additions.entries()) {
    done.set(write, recordedAddition(added[index]!, { context: write.context, now }))
  }
  const merges = writes.filter((write) => write.kind === 'merge')
  const merged = await mergeAll(connection, merges, now)
  merges.forEach((write, index) => done.set(write, merged[index]!))
  const others = writes
    .filter((write) => write.kind !== 'add' && write.kind !== 'merge')
    .toSorted((a, b) => a.id - b.id)
  const pending = () => [...done.values()].flatMap(({ entries }) => entries)
  for (const write of others) {
    const erases = write.kind === 'erase'
    done.set(
      write,
      erases ? await eraseOne(connection, write, now, pending()) : await changeOne(connection, write, now),
    )
  }
  const all = writes.map((write) => done.get(write)!)
  const entries = withoutErased(all.flatMap((one) => one.entries))
  return { outcome: all.map(({ outcome }) => outcome), entries }
}

function recordedAddition(outcome: Addition, stamp: Stamp): Recorded<Addition> {
  const isNew = outcome.state === 'added' && !outcome.replayed
  return { outcome, entries: isNew ? [historyEntry({ after: outcome.student }, stamp)] : [] }
}

async function changeOne(
  connection: Connection,
  write: ChangeWrite | RemoveWrite,
  now: Date,
): Promise<Recorded<Outcome>> {
  const stamp = { context: write.context, now }
  const before = await lockStudent(connection, write.id)
  if (!before) return { outcome: { state: 'absent' }, entries: [] }
  if (!isExpected(before, write.expected)) return { outcome: { state: 'version-mismatch' }, entries: [] }
  if (write.kind === 'remove') {
    await remove(connection, write.id)
    return { outcome: { state: 'removed' }, entries: [historyEntry({ before }, stamp)] }
  }
  const after = await updateStudent(connection, write.id, write.changes, now)
  if (after)
    return {
      outcome: { state: 'changed', student: after },
      entries: [historyEntry({ before, after }, stamp)],
    }
  const key = emailKey(write.changes.email ?? before.email)
  const existing = (await idsByEmails(connection, [key])).get(key)
  return { outcome: { state: 'email-taken', existing }, entries: [] }
}

async function remove(connection: Connection, id: number): Promise<void> {
  await deleteStudent(connection, id)
  await eraseFromKeys(connection, id)
}

function isExpected({ version }: Student, expected: ExpectedVersion): boolean {
  return expected === 'any' || expected.includes(version)
}
