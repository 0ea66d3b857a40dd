import type { Addition, IdempotencyKey } from '../students/student-store.ts'
import { emailKey, type NewStudent } from '../students/student.ts'
import type { WriteContext } from '../students/write-context.ts'
import type { Connection } from './connection-pool.ts'
import { nameOf, recallKeys, rememberKeys, repeated } from './idempotency-keys.ts'
import { idsByEmails, insertStudents } from './student-table.ts'

export interface AddWrite {
  kind: 'add'
  student: NewStudent
  key: IdempotencyKey | undefined
  context: WriteContext
}

type Keyed = AddWrite & { key: IdempotencyKey }

/**
 * Adds all that may be added, in a few statements however many they are. Of those with one e-mail the first gets it; of
 * those with one key the first is done, and the others are answered as its repeats.
 * @returns What each came to, in their order.
 */
export async function addAll(
  connection: Connection,
  writes: readonly AddWrite[],
  now: Date,
): Promise<Addition[]> {
  const firsts = firstOfEachKey(writes)
  const used = await recallKeys(
    connection,
    [...firsts.values()].map(({ key }) => key),
    now,
  )
  const isNew = (write: AddWrite) =>
    !isKeyed(write) || (firsts.get(nameOf(write.key)) === write && !used.has(nameOf(write.key)))
  const added = await insertAll(connection, writes.filter(isNew), now)
  const remembered = [...added].flatMap(([write, addition]) =>
    isKeyed(write) ? [[write.key, addition] as const] : [],
  )
  await rememberKeys(connection, remembered, now)
  const answers = writes.map((write) => added.get(write) ?? answerOfRepeat(write, firsts, used, added))
  return withExisting(connection, writes, answers)
}

/** Tells, where an e-mail was taken, who has it: one more statement for all, and none where there is no such. */
export async function withExisting(
  connection: Connection,
  writes: readonly AddWrite[],
  answers: readonly Addition[],
): Promise<Addition[]> {
  const keys = writes.map(({ student }) => emailKey(student.email))
  const ids = await idsByEmails(
    connection,
    keys.filter((_, index) => answers[index]?.state === 'email-taken'),
  )
  return answers.map((answer, index) =>
    answer.state === 'email-taken' ? { ...answer, existing: ids.get(keys[index] ?? '') } : answer,
  )
}

function isKeyed(write: AddWrite): write is Keyed {
  return write.key !== undefined
}

function firstOfEachKey(writes: readonly AddWrite[]): Map<string, Keyed> {
  return new Map(
    writes
      .filter(isKeyed)
      .toReversed()
      .map((write) => [nameOf(write.key), write]),
  )
}

async function insertAll(
  connection: Connection,
  writes: readonly AddWrite[],
  now: Date,
): Promise<Map<AddWrite, Addition>> {
  const byEmail = new Map(writes.toReversed().map((write) => [emailKey(write.student.email), write]))
  const added = await insertStudents(
    connection,
    [...byEmail.values()].map(({ student }) => student),
    now,
  )
  return new Map(
    writes.map((write): [AddWrite, Addition] => {
      const email = emailKey(write.student.email)
      const student = byEmail.get(email) === write ? added.get(email) : undefined
      return [
        write,
        student ? { state: 'added', student, replayed: false } : { state: 'email-taken', replayed: false },
      ]
    }),
  )
}

function answerOfRepeat(
  { key }: AddWrite,
  firsts: ReadonlyMap<string, Keyed>,
  used: ReadonlyMap<string, Addition>,
  added: ReadonlyMap<AddWrite, Addition>,
): Addition {
  const first = key && firsts.get(nameOf(key))
  const answer = first && (used.get(nameOf(first.key)) ?? added.get(first))
  if (!answer) throw new Error('only a repeat of a key is left without an answer of its own')
  return repeated(answer, first.key.payloadHash, key)
}
