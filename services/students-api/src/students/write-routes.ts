import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { entityTag, strongTags } from '../http/entity-tag.ts'
import { idempotencyKeyOf } from '../http/idempotency-key.ts'
import { acceptMergePatches, requireJson } from '../http/json-body.ts'
import { effortOf } from '../http/server-timing.ts'
import { heedMinimal } from '../http/preference.ts'
import { Problem } from '../http/problem.ts'
import { operations } from './operations.ts'
import { noSuchStudent, StudentAddress, studentId } from './student-address.ts'
import type { Addition, Change, EmailTaken, ExpectedVersion, StudentWriter, Unmet } from './student-store.ts'
import { NewStudent, Student, StudentChanges } from './student.ts'
import type { WriteContext } from './write-context.ts'

const Nothing = Type.Unsafe<undefined>(Type.Null())
// Without its body where the client prefers that.
const Created = Type.Unsafe<Student | undefined>(Student)
const Changed = { 200: Student, 204: Nothing }

interface Options {
  store: StudentWriter
}

export const writeRoutes: FastifyPluginCallbackTypebox<Options> = (app, { store }, done) => {
  app.post(
    '/students',
    {
      onRequest: requireJson,
      schema: { body: NewStudent, response: { 201: Created } },
      config: { operation: operations.add },
    },
    async (request, reply) => {
      const { name, domain, gpa, email } = request.body
      const key = idempotencyKeyOf(request, [name, domain, gpa, email])
      const addition = await store.add(request.body, contextOf(request, reply), key)
      if ('replayed' in addition && addition.replayed) reply.header('idempotent-replayed', 'true')
      const student = added(addition, request)
      reply.code(201).header('location', `/students/${student.id}`).header('etag', entityTag(student.version))
      return reply.send(heedMinimal(request, reply) ? undefined : student)
    },
  )

  const schema = { params: StudentAddress, body: NewStudent, response: Changed }
  const replace = {
    onRequest: [requireJson, requireIfMatch],
    schema,
    config: { operation: operations.replace },
  }
  app.put('/students/:id', replace, async (request, reply) => {
    const { params, body } = request
    const expected = expectedVersion(request)
    const context = contextOf(request, reply)
    return sendChanged(request, reply, await store.change(studentId(params), body, expected, context))
  })

  app.register(patchRoute, { store })

  app.delete(
    '/students/:id',
    {
      schema: { params: StudentAddress, response: { 204: Nothing } },
      config: { operation: operations.remove },
    },
    async (request, reply) => {
      const id = studentId(request.params)
      const removal = await store.remove(id, expectedVersion(request), contextOf(request, reply))
      if (removal.state !== 'removed') throw unmet(removal)
      return reply.code(204).send(undefined)
    },
  )

  done()
}

/** A plugin of its own, since no other route reads merge patches. */
const patchRoute: FastifyPluginCallbackTypebox<Options> = (app, { store }, done) => {
  acceptMergePatches(app)
  const schema = { params: StudentAddress, body: StudentChanges, response: Changed }
  const merge = { onRequest: [requireJson, requireIfMatch], schema, config: { operation: operations.merge } }
  app.patch('/students/:id', merge, async (request, reply) => {
    const { params, body } = request
    const expected = expectedVersion(request)
    const context = contextOf(request, reply)
    return sendChanged(request, reply, await store.change(studentId(params), body, expected, context))
  })
  done()
}

function contextOf({ principal, id }: FastifyRequest, reply: FastifyReply): WriteContext {
  return { principal, requestId: id, effort: effortOf(reply) }
}

/** Without it, of two who change a student at once the later would undo what the earlier did. */
async function requireIfMatch({ headers }: FastifyRequest): Promise<void> {
  if (headers['if-match'] === undefined) throw new Problem('precondition-required')
}

function expectedVersion({ headers }: FastifyRequest): ExpectedVersion {
  const header = headers['if-match']
  const tags = header === undefined ? 'any' : strongTags(header)
  return tags === 'any' ? 'any' : tags.filter((tag) => /^[1-9]\d{0,14}$/.test(tag)).map(Number)
}

function added(addition: Addition, request: FastifyRequest): Student {
  if (addition.state === 'added') return addition.student
  if (addition.state === 'email-taken') throw emailTaken(addition, request)
  throw new Problem(addition.state === 'key-reused' ? 'key-reused' : 'gone')
}

function sendChanged(request: FastifyRequest, reply: FastifyReply, change: Change): FastifyReply {
  if (change.state === 'email-taken') throw emailTaken(change, request)
  if (change.state !== 'changed') throw unmet(change)
  reply.header('etag', entityTag(change.student.version))
  return heedMinimal(request, reply) ? reply.code(204).send() : reply.send(change.student)
}

function unmet({ state }: Unmet): Problem {
  return state === 'absent' ? noSuchStudent() : new Problem('precondition-failed')
}

/** Leads to the student who has it, but only whoever may read that one. */
function emailTaken({ existing }: EmailTaken, { mayRead }: FastifyRequest): Problem {
  const headers = mayRead && existing !== undefined ? { location: `/students/${existing}` } : {}
  return new Problem('email-taken', {
    headers,
    errors: [{ pointer: '#/email', detail: 'is already in use' }],
  })
}
