import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { contract, openAppOn, type Engine } from './engines.ts'
import { ada, pointersOf, post, problemOf, send } from './fixture.ts'

const grace = { name: 'Grace Hopper', domain: 'Compilers', gpa: 9.5, email: 'grace@example.com' }
const merge = { 'content-type': 'application/merge-patch+json' }

/** The service with Ada in it, at version 1. */
async function openWithAda(t: TestContext, engine: Engine): Promise<FastifyInstance> {
  const { app } = await openAppOn(t, engine)
  await post(app, ada)
  return app
}

function remove(app: FastifyInstance, url: string, headers: Record<string, string> = {}) {
  return app.inject({ method: 'DELETE', url, headers })
}

contract('PUT replaces all that a client sets, and the version counts on', async (t, engine) => {
  const app = await openWithAda(t, engine)
  const before = (await app.inject('/students/1')).json()
  const response = await send(app, 'PUT', '/students/1', grace, { 'if-match': '"1"' })
  assert.equal(response.statusCode, 200)
  assert.equal(response.headers.etag, '"2"')
  const { updatedAt, ...student } = response.json()
  assert.deepEqual(student, { id: 1, ...grace, createdAt: before.createdAt, version: 2 })
  assert.ok(updatedAt >= before.updatedAt)
  assert.deepEqual((await app.inject('/students/1')).json(), response.json())
  assert.deepEqual((await app.inject('/students')).json(), [response.json()])
})

for (const type of ['application/merge-patch+json', 'application/json']) {
  contract(`PATCH as ${type} changes what it names and leaves the rest`, async (t, engine) => {
    const app = await openWithAda(t, engine)
    const headers = { 'content-type': type, 'if-match': '"1"' }
    const response = await send(app, 'PATCH', '/students/1', { gpa: 0 }, headers)
    assert.equal(response.statusCode, 200, response.body)
    const { name, domain, gpa, email, version } = response.json()
    assert.deepEqual({ name, domain, gpa, email, version }, { ...ada, gpa: 0, version: 2 })
    assert.deepEqual((await app.inject('/students')).json(), [response.json()])
  })
}

contract('a merge patch is for PATCH alone', async (t, engine) => {
  const app = await openWithAda(t, engine)
  const put = await send(app, 'PUT', '/students/1', grace, { ...merge, 'if-match': '*' })
  assert.deepEqual(problemOf(put), [415, 'unsupported-media-type'])
  assert.deepEqual(problemOf(await post(app, grace, merge)), [415, 'unsupported-media-type'])
})

contract('a patch is validated as a student is, and may not remove', async (t, engine) => {
  const app = await openWithAda(t, engine)
  const patch = { name: null, gpa: 9.999, id: 7, version: 1, constructor: {} }
  const response = await send(app, 'PATCH', '/students/1', patch, { 'if-match': '*' })
  assert.deepEqual(problemOf(response), [422, 'invalid'])
  assert.deepEqual(pointersOf(response).toSorted(), ['#/constructor', '#/gpa', '#/id', '#/name', '#/version'])
  for (const body of ['null', '[]', '"x"', '7']) {
    const refused = await send(app, 'PATCH', '/students/1', body, { 'if-match': '*' })
    assert.deepEqual(problemOf(refused), [422, 'invalid'], body)
  }
  assert.equal((await app.inject('/students/1')).json().version, 1)
})

contract('a PUT lacks nothing', async (t, engine) => {
  const app = await openWithAda(t, engine)
  const response = await send(app, 'PUT', '/students/1', { name: 'Ada' }, { 'if-match': '*' })
  assert.deepEqual(pointersOf(response).toSorted(), ['#/domain', '#/email', '#/gpa'])
})

contract(
  'DELETE is 204 without a body; then the student is nowhere, and its id not given again',
  async (t, engine) => {
    const app = await openWithAda(t, engine)
    await post(app, grace)
    await app.inject('/students')
    const response = await remove(app, '/students/2')
    assert.deepEqual([response.statusCode, response.body], [204, ''])
    assert.deepEqual(problemOf(await app.inject('/students/2')), [404, 'not-found'])
    assert.deepEqual(problemOf(await remove(app, '/students/2')), [404, 'not-found'])
    assert.equal((await app.inject('/students')).json().length, 1)
    assert.equal((await post(app, grace)).json().id, 3)
  },
)

contract('a list follows changes and removals in its middle, in the order of ids', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  for (const n of [1, 2, 3, 4]) await post(app, { ...ada, email: `s${n}@example.com` })
  await app.inject('/students')
  await send(app, 'PATCH', '/students/1', { name: 'Zoë 🎓' }, { 'if-match': '*' })
  await remove(app, '/students/2')
  await post(app, { ...ada, email: 's5@example.com' })
  const list = (await app.inject('/students')).json<{ id: number; name: string }[]>()
  assert.deepEqual(
    list.map(({ id }) => id),
    [1, 3, 4, 5],
  )
  assert.equal(list[0]?.name, 'Zoë 🎓')
  for (const id of [1, 3, 4, 5]) await remove(app, `/students/${id}`)
  assert.equal((await app.inject('/students')).body, '[]')
})

contract('an e-mail of another student is 409; one’s own, in another case, is not', async (t, engine) => {
  const app = await openWithAda(t, engine)
  await post(app, grace)
  for (const method of ['PUT', 'PATCH'] as const) {
    const taken = await send(app, method, '/students/2', { ...grace, email: 'ADA@example.com' }, any)
    assert.deepEqual(problemOf(taken), [409, 'email-taken'])
    assert.deepEqual(pointersOf(taken), ['#/email'])
    const own = await send(app, method, '/students/2', { ...grace, email: 'Grace@Example.com' }, any)
    assert.equal(own.json().email, 'Grace@Example.com')
  }
  assert.equal((await post(app, { ...grace, email: 'grace@example.com' })).statusCode, 409)
})

const any = { 'if-match': '*' }

contract('without If-Match nothing is changed: 428, whatever the body', async (t, engine) => {
  const app = await openWithAda(t, engine)
  for (const method of ['PUT', 'PATCH'] as const) {
    for (const body of [ada, '{']) {
      const response = await send(app, method, '/students/1', body)
      assert.deepEqual(problemOf(response), [428, 'precondition-required'])
    }
  }
  assert.equal((await app.inject('/students/1')).json().version, 1)
})

const matching = ['"1"', '*', ' * ', '"7", "1"', '"7" ,\t"1"', 'W/"1", "1"', '"x,y", "1"']
const stale = ['"2"', '"7", "8"', 'W/"1"', '"01"', '""', '"1.0"', '"9999999999999999999"', '"é"']
const malformed = ['', '1', '"1', '"1"2"', '"1",', ',"1"', '*, "1"', 'w/"1"', '"1" "2"', '"a b"']

contract('If-Match is compared strongly, in lists too', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  const addOne = async () => String((await post(app, ada)).headers.location)
  let url = await addOne()
  for (const [tags, status] of [
    [matching, 200],
    [stale, 412],
    [malformed, 400],
  ] as const) {
    for (const tag of tags) {
      const put = await send(app, 'PUT', url, grace, { 'if-match': tag })
      assert.equal(put.statusCode, status, `PUT ${tag}: ${put.body}`)
      const undo = status === 200 ? { 'if-match': tag.replaceAll('"1"', '"2"') } : { 'if-match': tag }
      const removed = await remove(app, url, undo)
      assert.equal(removed.statusCode, status === 200 ? 204 : status, `DELETE ${tag}`)
      if (status === 200) url = await addOne()
    }
  }
})

contract('nobody’s student is 404, whatever is expected of it', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  for (const id of ['1', 'abc', '0', '99999999999999999999']) {
    for (const tag of ['"1"', '*']) {
      const url = `/students/${id}`
      assert.deepEqual(problemOf(await send(app, 'PUT', url, ada, { 'if-match': tag })), [404, 'not-found'])
      assert.deepEqual(problemOf(await send(app, 'PATCH', url, {}, { 'if-match': tag })), [404, 'not-found'])
      assert.deepEqual(problemOf(await remove(app, url, { 'if-match': tag })), [404, 'not-found'])
    }
  }
})

contract(
  'an unchanged student or list is 304 without a body, and a changed one is not',
  async (t, engine) => {
    const app = await openWithAda(t, engine)
    for (const url of ['/students', '/students/1']) {
      const first = await app.inject(url)
      const tag = String(first.headers.etag)
      assert.match(tag, /^"[\w-]+"$/)
      for (const known of [tag, `W/${tag}`, `"x", ${tag}`, '*']) {
        const again = await app.inject({ url, headers: { 'if-none-match': known } })
        assert.deepEqual([again.statusCode, again.body, again.headers.etag], [304, '', tag], known)
      }
      for (const other of ['"x"', tag.slice(1, -1), '']) {
        assert.equal((await app.inject({ url, headers: { 'if-none-match': other } })).statusCode, 200, other)
      }
      await send(app, 'PATCH', '/students/1', { gpa: 1 }, any)
      const changed = await app.inject({ url, headers: { 'if-none-match': tag } })
      assert.equal(changed.statusCode, 200)
      assert.notEqual(changed.headers.etag, tag)
    }
  },
)

contract('every write gives the list another ETag', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  const tags = new Set<unknown>()
  const look = async () => tags.add((await app.inject('/students')).headers.etag)
  await look()
  for (const write of [
    () => post(app, ada),
    () => send(app, 'PUT', '/students/1', grace, any),
    () => remove(app, '/students/1'),
  ]) {
    await write()
    await look()
  }
  assert.equal(tags.size, 4)
  await post(app, { ...ada, gpa: 99 })
  await look()
  assert.equal(tags.size, 4, 'a refused write changes nothing')
})

contract('the ETag of an answered write is the one a reader gets', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  const tag = (await post(app, ada)).headers.etag
  assert.equal((await app.inject('/students/1')).headers.etag, tag)
})

contract('Prefer: return=minimal leaves out the body, and says so', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  const prefer = { prefer: 'respond-async, return=minimal', ...any }
  const responses = [
    await post(app, ada, prefer),
    await send(app, 'PUT', '/students/1', grace, prefer),
    await send(app, 'PATCH', '/students/1', { gpa: 1 }, { ...any, prefer: 'Return = "minimal"; x=1' }),
  ]
  assert.deepEqual(
    responses.map(({ statusCode, body, headers }) => [
      statusCode,
      body,
      headers['preference-applied'],
      headers.etag,
    ]),
    [
      [201, '', 'return=minimal', '"1"'],
      [204, '', 'return=minimal', '"2"'],
      [204, '', 'return=minimal', '"3"'],
    ],
  )
  assert.equal(responses[0]?.headers.location, '/students/1')
  for (const other of ['return=representation, return=minimal', 'xreturn=minimal', 'return=minimalist']) {
    const response = await send(app, 'PATCH', '/students/1', {}, { ...any, prefer: other })
    assert.equal(response.statusCode, 200, other)
    assert.equal(response.headers['preference-applied'], undefined)
  }
})
