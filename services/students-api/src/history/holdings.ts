import type { Readable } from 'node:stream'
import { Type } from 'typebox'
import { HistoryRecord } from '../students/history-record.ts'
import type { Holdings, StudentArchive } from '../students/student-store.ts'
import { Student } from '../students/student.ts'

const KeptAnswer = Type.Object({
  principal: Type.String(),
  route: Type.String(),
  key: Type.String(),
  at: Type.String({ format: 'date-time' }),
  answer: Student,
})

// Fastify's serializer cannot tell the branches of an anyOf apart where they have formats of ours.
const StudentOrNull = Type.Unsafe<Student | null>({ ...Student, type: ['object', 'null'] })

/** All that is kept on a student: what there is of it to give out, and what an erasure takes. */
export const HoldingsDocument = Type.Unsafe<Readable>(
  Type.Object(
    {
      id: Type.Integer({ minimum: 1 }),
      student: StudentOrNull,
      idempotencyKeys: Type.Array(KeptAnswer),
      history: Type.Array(HistoryRecord),
    },
    { title: 'Holdings' },
  ),
)

// Small, so that what is thrown away of each is gone before the young generation grows.
const pageSize = 100

/** The document in parts: a history may be longer than memory, so it is read page by page, as fast as it is taken. */
export async function* holdingsDocument(
  id: number,
  { student, idempotencyKeys, lastVersion }: Holdings,
  store: Pick<StudentArchive, 'history'>,
): AsyncGenerator<Buffer> {
  const head = JSON.stringify({ id, student, idempotencyKeys })
  yield Buffer.from(`${head.slice(0, -1)},"history":[`)
  let separator = ''
  for await (const records of recordsUpTo(lastVersion, id, store)) {
    yield Buffer.from(separator + records.map((record) => JSON.stringify(record)).join(','))
    separator = ','
  }
  yield Buffer.from(']}')
}

/** Records only come behind, so these are of one state; but for the values of one who is erased meanwhile, which are gone. */
async function* recordsUpTo(
  last: number,
  id: number,
  store: Pick<StudentArchive, 'history'>,
): AsyncGenerator<HistoryRecord[]> {
  for (let after = 0; after < last;) {
    const page = await store.history(id, { limit: pageSize, after })
    const records = page?.records.filter(({ version }) => version <= last) ?? []
    if (records.length > 0) yield records
    // None where the table has a gap, which it never should.
    after = records.at(-1)?.version ?? last
  }
}
