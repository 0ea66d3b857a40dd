import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { contract, openAppOn } from './engines.ts'
import { ada, openApp, pointersOf, post, problemOf, send, tester } from './fixture.ts'

contract('an empty database lists no students', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  const response = await app.inject('/students')
  assert.equal(response.statusCode, 200)
  assert.equal(response.headers['content-type'], 'application/json; charset=utf-8')
  assert.equal(response.body, '[]')
})

contract('a created student is answered, found at its Location and listed', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  const created = await post(app, ada)
  assert.equal(created.statusCode, 201)
  assert.equal(created.headers.location, '/students/1')
  const student = created.json()
  const { createdAt } = student
  assert.deepEqual(student, { id: 1, ...ada, createdAt, updatedAt: createdAt, version: 1 })
  assert.equal(new Date(createdAt).toISOString(), createdAt)
  assert.deepEqual((await app.inject('/students/1')).json(), student)
  assert.deepEqual((await app.inject('/students')).json(), [student])
})

contract('readers read their writes, in the order of ids', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  for (let count = 1; count <= 5; count++) {
    await post(app, { ...ada, name: `Zoë ${count} 🎓`, email: `s${count}@example.com` })
    const list = (await app.inject('/students')).json<{ id: number; name: string }[]>()
    assert.deepEqual(
      list.map(({ id }) => id),
      Array.from({ length: count }, (_, index) => index + 1),
    )
    assert.equal(list.at(-1)?.name, `Zoë ${count} 🎓`)
  }
})

contract('several students created between two reads are all listed', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  await app.inject('/students')
  await Promise.all([1, 2, 3].map((n) => post(app, { ...ada, email: `s${n}@example.com` })))
  assert.equal((await app.inject('/students')).json().length, 3)
})

contract('a list already handed out stays as it was', async (t, engine) => {
  const store = await (await engine.makeDatabase(t)).open()
  await store.add(ada, tester)
  const { body: before } = await store.list()
  const copy = Buffer.from(before)
  await store.add({ ...ada, email: 'b@example.com' }, tester)
  await store.list()
  assert.deepEqual(before, copy)
})

async function namesIn(app: FastifyInstance): Promise<string[]> {
  return (await app.inject('/students')).json<{ name: string }[]>().map(({ name }) => name)
}

contract('what another process writes is read at once, and back', async (t, engine) => {
  const database = await engine.makeDatabase(t)
  const [{ app: one }, { app: two }] = [openApp(t, await database.open()), openApp(t, await database.open())]
  for (let n = 1; n <= 5; n++) {
    const [writer, reader] = n % 2 === 0 ? [one, two] : [two, one]
    await post(writer, { ...ada, name: `Ada ${n}`, email: `s${n}@example.com` })
    // A request from outside comes in a later turn of the event loop than the write it follows.
    await setImmediate()
    assert.equal((await namesIn(reader)).at(-1), `Ada ${n}`)
    assert.deepEqual(await namesIn(reader), await namesIn(writer))
  }
  await send(two, 'PATCH', '/students/1', { name: 'Countess' }, { 'if-match': '*' })
  await two.inject({ method: 'DELETE', url: '/students/2' })
  await setImmediate()
  assert.deepEqual(await namesIn(one), ['Countess', 'Ada 3', 'Ada 4', 'Ada 5'])
})

contract('a used e-mail is 409, in whatever case, and says nothing of its owner', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  await post(app, ada)
  const response = await post(app, { ...ada, name: 'Other', email: 'ADA@Example.COM' })
  assert.deepEqual(problemOf(response), [409, 'email-taken'])
  assert.deepEqual(pointersOf(response), ['#/email'])
  assert.doesNotMatch(response.body, /lovelace|ada@|\/students\/1|9\.95/i)
  assert.equal((await app.inject('/students')).json().length, 1)
})

contract('an e-mail is answered as it was sent', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  assert.equal((await post(app, { ...ada, email: 'Ada@Example.com' })).json().email, 'Ada@Example.com')
})

contract('a used e-mail uses up no id', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  await post(app, ada)
  await post(app, ada)
  assert.equal((await post(app, { ...ada, email: 'b@example.com' })).json().id, 2)
})

contract('an id that is nobody’s is 404', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  await post(app, ada)
  const nobodys = [
    '2',
    '0',
    '-1',
    '01',
    '1.0',
    '1e0',
    'abc',
    '%20',
    '9007199254740993',
    '9'.repeat(90),
    '9'.repeat(200),
  ]
  for (const id of nobodys) {
    assert.deepEqual(problemOf(await app.inject(`/students/${id}`)), [404, 'not-found'], id)
  }
})

contract('HEAD answers as GET does, without the body', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  await post(app, ada)
  for (const url of ['/students', '/students/1', '/livez', '/readyz']) {
    const [head, get] = await Promise.all([app.inject({ method: 'HEAD', url }), app.inject(url)])
    assert.equal(head.statusCode, 200, url)
    assert.equal(head.body, '', url)
    assert.equal(head.headers['content-length'], String(Buffer.byteLength(get.body)), url)
  }
})
