import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { requireJson } from '../http/json-body.ts'
import { Problem } from '../http/problem.ts'
import type { StudentStore } from './student-store.ts'
import { NewStudent, parseStudentId, Student } from './student.ts'

// The list leaves as bytes that the store has ready; the schema documents them.
const Students = Type.Unsafe<Buffer>(Type.Array(Student))

export const studentRoutes: FastifyPluginCallbackTypebox<{ store: StudentStore }> = (
  app,
  { store },
  done,
) => {
  app.get('/students', { schema: { response: { 200: Students } } }, async (_request, reply) => {
    reply.type('application/json; charset=utf-8')
    return store.list()
  })

  app.post(
    '/students',
    { onRequest: requireJson, schema: { body: NewStudent, response: { 201: Student } } },
    async (request, reply) => {
      const student = await store.add(request.body)
      if (!student) throw emailTaken()
      return reply.code(201).header('location', `/students/${student.id}`).send(student)
    },
  )

  app.get(
    '/students/:id',
    { schema: { params: Type.Object({ id: Type.String() }), response: { 200: Student } } },
    async ({ params }) => {
      const id = parseStudentId(params.id)
      const student = id === undefined ? undefined : await store.find(id)
      if (!student) throw new Problem('not-found', { detail: 'No student has this id.' })
      return student
    },
  )

  done()
}

function emailTaken(): Problem {
  return new Problem('email-taken', { errors: [{ pointer: '#/email', detail: 'is already in use' }] })
}
