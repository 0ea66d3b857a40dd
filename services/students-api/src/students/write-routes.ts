import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { entityTag, strongTags } from '../http/entity-tag.ts'
import { idempotencyKeyOf } from '../http/idempotency-key.ts'
import { acceptMergePatches, requireJson } from '../http/json-body.ts'
import { heedMinimal } from '../http/preference.ts'
import { Problem } from '../http/problem.ts'
import { operations } from './operations.ts'
import { absence, StudentAddress, studentId } from './student-address.ts'
import type {
  Addition,
  Change,
  EmailTaken,
  ExpectedVersion,
  StudentArchive,
  StudentWriter,
} from './student-store.ts'
import { NewStudent, Student, StudentChanges } from './student.ts'
import { contextOf } from './write-context.ts'

const Nothing = Type.Unsafe<undefined>(Type.Null())
// Without its body where the client prefers that.
const Created = Type.Unsafe<Student | undefined>(Student)
const Changed = { 200: Student, 204: Nothing }

interface Options {
  store: StudentWriter & StudentArchive
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
    const id = studentId(request.params)
    const expected = expectedVersion(request)
    const change = await store.change(id, request.body, expected, contextOf(request, reply))
    if (change.state === 'absent') throw await absence(store, id)
    return sendChanged(request, reply, change)
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
      if (removal.state === 'absent') throw await absence(store, id)
      if (removal.state === 'version-mismatch') throw new Problem('precondition-failed')
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
    const id = studentId(request.params)
    const expected = expectedVersion(request)
    const change = await store.change(id, request.body, expected, contextOf(request, reply))
    if (change.state === 'absent') throw await absence(store, id)
    return sendChanged(request, reply, change)
  })
  done()
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

function sendChanged(
  request: FastifyRequest,
  reply: FastifyReply,
  change: Exclude<Change, { state: 'absent' }>,
): FastifyReply {
  if (change.state === 'email-taken') throw emailTaken(change, request)
  if (change.state === 'version-mismatch') throw new Problem('precondition-failed')
  reply.header('etag', entityTag(change.student.version))
  return heedMinimal(request, reply) ? reply.code(204).send() : reply.send(change.student)
}

/** Leads to the student who has it, but only whoever may read that one. */
function emailTaken({ existing }: EmailTaken, { mayRead }: FastifyRequest): Problem {
  const headers = mayRead && existing !== undefined ? { location: `/students/${existing}` } : {}
  return new Problem('email-taken', {
    headers,
    errors: [{ pointer: '#/email', detail: 'is already in use' }],
  })
}
