import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../src/clock.ts'
import { SqliteStudentStore } from '../src/store/sqlite-student-store.ts'
import { writeLimits } from '../src/store/write-queue.ts'
import type { StudentStore } from '../src/students/student-store.ts'
import { ServiceProcess } from '../test-long/service-process.ts'
import { contract, emptyPostgres } from './engines.ts'
import { ada, openApp, temporaryFolder } from './fixture.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

interface Answer {
  status: number
  body: string
}

/** Services on the stores, that share a database. */
async function openRace(t: TestContext, stores: readonly StudentStore[]) {
  const listen = (store: StudentStore) => openApp(t, store).app.listen({ host: '127.0.0.1', port: 0 })
  return raceAt(await Promise.all(stores.map(listen)))
}

/** Sends over real connections, in turn to each of the services. */
function raceAt(urls: readonly string[]) {
  let asked = 0
  const ask = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(`${urls[asked++ % urls.length]}${path}`, init)
    return { status: response.status, body: await response.text() }
  }
  const send = (method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
    ask(path, {
      method,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    })
  return { ask, send }
}

/** A race at one service, and one at two that share the database. */
function race(name: string, body: (race: Awaited<ReturnType<typeof openRace>>) => Promise<void>): void {
  for (const services of [1, 2]) {
    contract(`at ${services} of the services, ${name}`, async (t, engine) => {
      const database = await engine.makeDatabase(t)
      const stores = await Promise.all(Array.from({ length: services }, () => database.open()))
      await body(await openRace(t, stores))
    })
  }
}

function fifty(start: (n: number) => Promise<Answer>): Promise<Answer[]> {
  return Promise.all(Array.from({ length: 50 }, (_, n) => start(n)))
}

/** How many answers there are of each status. */
function counts(answers: readonly Answer[]): Record<string, number> {
  const groups = Object.groupBy(answers, ({ status }) => String(status))
  return Object.fromEntries(Object.entries(groups).map(([status, group = []]) => [status, group.length]))
}

race('fifty with one e-mail: one 201, forty-nine 409', async ({ ask, send }) => {
  const answers = await fifty((n) => send('POST', '/students', { ...ada, name: `Ada ${n}` }))
  assert.deepEqual(counts(answers), { 201: 1, 409: 49 })
  assert.equal(JSON.parse((await ask('/students')).body).length, 1)
})

race('fifty with one key and payload: one student, all the same answer', async ({ ask, send }) => {
  const answers = await fifty(() => send('POST', '/students', ada, { 'idempotency-key': 'one' }))
  assert.deepEqual(counts(answers), { 201: 50 })
  assert.equal(new Set(answers.map(({ body }) => body)).size, 1)
  assert.equal((await ask('/students')).body, `[${answers[0]?.body}]`)
})

race('fifty with one key and other payloads: one 201, forty-nine 422, one student', async ({ ask, send }) => {
  const answers = await fifty((n) =>
    send('POST', '/students', { ...ada, email: `s${n}@example.com` }, { 'idempotency-key': 'one' }),
  )
  assert.deepEqual(counts(answers), { 201: 1, 422: 49 })
  assert.equal(JSON.parse((await ask('/students')).body).length, 1)
})

for (const method of ['PUT', 'PATCH']) {
  race(`fifty ${method} on one ETag: one 200, forty-nine 412`, async ({ ask, send }) => {
    await send('POST', '/students', ada)
    const answers = await fifty((n) =>
      send(method, '/students/1', { ...ada, name: `Ada ${n}` }, { 'if-match': '"1"' }),
    )
    assert.deepEqual(counts(answers), { 200: 1, 412: 49 })
    assert.equal((await ask('/students/1')).body, answers.find(({ status }) => status === 200)?.body)
  })
}

race('fifty DELETE: one 204, forty-nine 404', async ({ ask, send }) => {
  await send('POST', '/students', ada)
  const answers = await fifty(() => ask('/students/1', { method: 'DELETE' }))
  assert.deepEqual(counts(answers), { 204: 1, 404: 49 })
})

test('fifty where two may wait for a locked database: forty-eight 503 at once, then two 201', async (t) => {
  const path = join(temporaryFolder(t), 'students.db')
  const store = new SqliteStudentStore(path, systemClock, { ...writeLimits, waiting: 2 })
  t.after(() => store[Symbol.dispose]())
  const { ask, send } = await openRace(t, [store])
  using other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  let refused = 0
  const answers = await fifty(async (n) => {
    const answer = await send('POST', '/students', { ...ada, email: `s${n}@example.com` })
    if (answer.status === 503 && ++refused === 48) other.exec('ROLLBACK')
    return answer
  })
  assert.deepEqual(counts(answers), { 201: 2, 503: 48 })
  assert.equal(JSON.parse((await ask('/students')).body).length, 2)
})

test('at two processes on one PostgreSQL, fifty with one e-mail, one key, one ETag', async (t) => {
  const { url } = await emptyPostgres(t)
  const processes = await Promise.all([1, 2].map(() => ServiceProcess.startOn(main, url)))
  t.after(() => Promise.all(processes.map((service) => service.end('SIGTERM'))))
  const { ask, send } = raceAt(processes.map((service) => service.url))

  const sameEmail = await fifty((n) => send('POST', '/students', { ...ada, name: `Ada ${n}` }))
  assert.deepEqual(counts(sameEmail), { 201: 1, 409: 49 })

  const grace = { ...ada, email: 'grace@example.com' }
  const sameKey = await fifty(() => send('POST', '/students', grace, { 'idempotency-key': 'one' }))
  assert.deepEqual(counts(sameKey), { 201: 50 })
  assert.equal(new Set(sameKey.map(({ body }) => body)).size, 1)

  const address = `/students/${JSON.parse(sameKey[0]?.body ?? '').id}`
  const sameTag = await fifty((n) =>
    send('PUT', address, { ...grace, name: `G ${n}` }, { 'if-match': '"1"' }),
  )
  assert.deepEqual(counts(sameTag), { 200: 1, 412: 49 })
  for (let n = 0; n < 2; n++) assert.equal(JSON.parse((await ask('/students')).body).length, 2)
})
