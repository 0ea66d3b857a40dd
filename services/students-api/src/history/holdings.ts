import { Type } from 'typebox'
import { HistoryRecord } from '../students/history-record.ts'
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
export const Holdings = Type.Object(
  {
    id: Type.Integer({ minimum: 1 }),
    student: StudentOrNull,
    history: Type.Array(HistoryRecord),
    idempotencyKeys: Type.Array(KeptAnswer),
  },
  { title: 'Holdings' },
)
