import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { clientGone } from '../http/client-gone.ts'
import { entityTag, isAlreadyKnown } from '../http/entity-tag.ts'
import { cursorOf, positionOf } from './cursor.ts'
import { pageRequest, StudentQuery } from './student-query.ts'
import type { StudentArchive, StudentList, StudentReader } from './student-store.ts'
import { operations } from './operations.ts'
import { absence, StudentAddress, studentId } from './student-address.ts'
import { Student } from './student.ts'

// The list leaves as bytes that the store has ready; the schema documents them.
const Students = Type.Unsafe<Buffer>(Type.Array(Student))
const Unchanged = Type.Unsafe<undefined>(Type.Null())

interface Options {
  store: StudentReader & StudentArchive
}

export const readRoutes: FastifyPluginCallbackTypebox<Options> = (app, { store }, done) => {
  app.get(
    '/students',
    {
      preValidation: readNumbers,
      schema: { querystring: StudentQuery, response: { 200: Students, 304: Unchanged } },
      config: { operation: operations.list },
    },
    (request, reply) => {
      const students = studentsAskedFor(store, request.query, reply)
      // A list at hand leaves without a promise: nothing is asked for more often.
      return students instanceof Promise
        ? students.then((arrived) => sendStudents(request, reply, arrived))
        : sendStudents(request, reply, students)
    },
  )

  app.get(
    '/students/:id',
    {
      schema: { params: StudentAddress, response: { 200: Student, 304: Unchanged } },
      config: { operation: operations.read },
    },
    async (request, reply) => {
      const id = studentId(request.params)
      const student = await store.find(id)
      if (!student) throw await absence(store, id)
      if (isUnchanged(request, reply, entityTag(student.version))) return reply.code(304).send(undefined)
      return reply.send(student)
    },
  )

  done()
}

interface StudentsAnswer extends StudentList {
  /** RFC 8288: where the next page is. */
  link?: string
}

function sendStudents(
  request: FastifyRequest,
  reply: FastifyReply,
  { body, revision, link }: StudentsAnswer,
): void {
  if (isUnchanged(request, reply, entityTag(revision))) return void reply.code(304).send(undefined)
  if (link !== undefined) reply.header('link', link)
  void reply.type('application/json; charset=utf-8').send(body)
}

/** Without a query everybody, as bytes that are ready; else a page. */
function studentsAskedFor(
  store: StudentReader,
  query: StudentQuery,
  reply: FastifyReply,
): StudentsAnswer | Promise<StudentsAnswer> {
  return Object.keys(query).length === 0 ? store.list() : pageAskedFor(store, query, reply)
}

async function pageAskedFor(
  store: StudentReader,
  query: StudentQuery,
  reply: FastifyReply,
): Promise<StudentsAnswer> {
  const { cursor, sort = 'id' } = query
  const after = cursor === undefined ? undefined : positionOf(cursor, sort)
  const { students, next, revision } = await store.page(pageRequest(query, after), clientGone(reply))
  const body = Buffer.from(JSON.stringify(students))
  return { body, revision, ...(next && { link: nextLink(query, cursorOf(sort, next)) }) }
}

function nextLink(query: StudentQuery, cursor: string): string {
  const parameters = Object.entries({ ...query, cursor }).map(([name, value]) => [name, String(value)])
  return `</students?${new URLSearchParams(parameters).toString()}>; rel="next"`
}

/** A query is text throughout; what is written as a plain number is one where a number is asked for. */
export function readNumbers(
  { query }: FastifyRequest<{ Querystring: Record<string, unknown> }>,
  _reply: FastifyReply,
  done: () => void,
): void {
  for (const name of ['limit', 'gpaMin', 'gpaMax']) {
    const text = query[name]
    if (typeof text === 'string' && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text)) query[name] = Number(text)
  }
  done()
}

/** Sets the ETag, and tells whether the client already has what it stands for. */
function isUnchanged(request: FastifyRequest, reply: FastifyReply, tag: string): boolean {
  // A cache may keep it, but asks each time: who has written shall read that.
  reply.header('etag', tag).header('cache-control', 'no-cache')
  return isAlreadyKnown(request.headers['if-none-match'], tag)
}
