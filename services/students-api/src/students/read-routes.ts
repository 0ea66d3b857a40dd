import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { entityTag, isAlreadyKnown } from '../http/entity-tag.ts'
import type { StudentReader } from './student-store.ts'
import { noSuchStudent, StudentAddress, studentId } from './student-address.ts'
import { Student } from './student.ts'

// The list leaves as bytes that the store has ready; the schema documents them.
const Students = Type.Unsafe<Buffer>(Type.Array(Student))
const Unchanged = Type.Unsafe<undefined>(Type.Null())

export const readRoutes: FastifyPluginCallbackTypebox<{ store: StudentReader }> = (app, { store }, done) => {
  app.get(
    '/students',
    { schema: { response: { 200: Students, 304: Unchanged } } },
    async (request, reply) => {
      const { body, revision } = await store.list()
      if (isUnchanged(request, reply, entityTag(revision))) return reply.code(304).send(undefined)
      return reply.type('application/json; charset=utf-8').send(body)
    },
  )

  app.get(
    '/students/:id',
    { schema: { params: StudentAddress, response: { 200: Student, 304: Unchanged } } },
    async (request, reply) => {
      const student = await store.find(studentId(request.params))
      if (!student) throw noSuchStudent()
      if (isUnchanged(request, reply, entityTag(student.version))) return reply.code(304).send(undefined)
      return reply.send(student)
    },
  )

  done()
}

/** Sets the ETag, and tells whether the client already has what it stands for. */
function isUnchanged(request: FastifyRequest, reply: FastifyReply, tag: string): boolean {
  // A cache may keep it, but asks each time: who has written shall read that.
  reply.header('etag', tag).header('cache-control', 'no-cache')
  return isAlreadyKnown(request.headers['if-none-match'], tag)
}
