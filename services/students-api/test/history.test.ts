import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { systemClock } from '../src/clock.ts'
import { fill } from '../src/seed/fill.ts'
import { plausibleStudents } from '../src/seed/plausible-students.ts'
import type { HistoryRecord } from '../src/students/history-record.ts'
import { contract, openAppOn, type Engine } from './engines.ts'
import { ada, openApp, post, problemOf, send } from './fixture.ts'

const any = { 'if-match': '*' }

function as(requestId: string, headers: Record<string, string> = any) {
  return { ...headers, 'x-request-id': requestId }
}

async function historyOf(app: FastifyInstance, id = 1): Promise<HistoryRecord[]> {
  const response = await app.inject(`/students/${id}/history`)
  assert.equal(response.statusCode, 200, response.body)
  assert.equal(response.headers['cache-control'], 'no-store')
  return response.json()
}

async function openWithAda(t: TestContext, engine: Engine): Promise<FastifyInstance> {
  const { app } = await openAppOn(t, engine)
  await post(app, ada, as('r1'))
  return app
}

contract('the history tells who did what when, by which request, the oldest first', async (t, engine) => {
  const app = await openWithAda(t, engine)
  const { createdAt } = (await app.inject('/students/1')).json()
  await send(app, 'PATCH', '/students/1', { gpa: 0, name: ada.name }, as('r2'))
  const put = await send(
    app,
    'PUT',
    '/students/1',
    { ...ada, name: 'Zoë 🎓', email: 'z@example.com' },
    as('r3'),
  )
  await send(app, 'PATCH', '/students/1', {}, as('r4'))
  const removal = await app.inject({ method: 'DELETE', url: '/students/1', headers: as('r5') })
  assert.equal(removal.statusCode, 204)
  const records = await historyOf(app)
  const principal = 'anonymous'
  const told = records.map(({ at: _at, ...record }) => record)
  assert.deepEqual(told, [
    {
      version: 1,
      action: 'created',
      principal,
      requestId: 'r1',
      changes: {
        name: { to: ada.name },
        domain: { to: ada.domain },
        gpa: { to: ada.gpa },
        email: { to: ada.email },
      },
    },
    { version: 2, action: 'changed', principal, requestId: 'r2', changes: { gpa: { from: ada.gpa, to: 0 } } },
    {
      version: 3,
      action: 'changed',
      principal,
      requestId: 'r3',
      changes: {
        name: { from: ada.name, to: 'Zoë 🎓' },
        gpa: { from: 0, to: ada.gpa },
        email: { from: ada.email, to: 'z@example.com' },
      },
    },
    { version: 4, action: 'changed', principal, requestId: 'r4', changes: {} },
    {
      version: 5,
      action: 'removed',
      principal,
      requestId: 'r5',
      changes: {
        name: { from: 'Zoë 🎓' },
        domain: { from: ada.domain },
        gpa: { from: ada.gpa },
        email: { from: 'z@example.com' },
      },
    },
  ])
  assert.deepEqual([records[0]?.at, records[2]?.at], [createdAt, put.json().updatedAt])
})

contract('what is refused or repeated leaves no record', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  const key = { 'idempotency-key': 'k' }
  for (const body of [ada, ada, { ...ada, gpa: 1 }]) await post(app, body, key)
  await post(app, { ...ada, email: 'b@example.com' })
  const refused = [
    await post(app, ada),
    await send(app, 'PATCH', '/students/1', { gpa: 1 }, { 'if-match': '"7"' }),
    await send(app, 'PATCH', '/students/1', { email: 'B@example.com' }, any),
    await send(app, 'PATCH', '/students/1', { gpa: 99 }, any),
    await app.inject({ method: 'DELETE', url: '/students/1', headers: { 'if-match': '"7"' } }),
    await app.inject({ method: 'DELETE', url: '/students/3' }),
  ]
  assert.deepEqual(
    refused.map(({ statusCode }) => statusCode),
    [409, 412, 409, 422, 412, 404],
  )
  assert.equal((await historyOf(app, 1)).length, 1)
  assert.equal((await historyOf(app, 2)).length, 1)
  assert.deepEqual(problemOf(await app.inject('/students/3/history')), [404, 'not-found'])
})

function outline({ version, action, requestId, changes }: HistoryRecord) {
  return [version, action, requestId, changes.gpa]
}

contract('an import leaves a record of each row done, a dry run none', async (t, engine) => {
  const app = await openWithAda(t, engine)
  const rows = [
    { ...ada, gpa: 1 },
    { ...ada, gpa: 1 },
    { ...ada, email: 'b@example.com' },
    { ...ada, email: 'B@example.com', gpa: 2 },
    { ...ada, gpa: 3 },
  ]
  const importRows = (query: string) =>
    app.inject({
      method: 'POST',
      url: `/students/import?mode=upsert${query}`,
      headers: { 'content-type': 'application/x-ndjson', 'x-request-id': 'import' },
      payload: rows.map((row) => JSON.stringify(row)).join('\n'),
    })
  assert.equal((await importRows('&dryRun=true')).json().changed, 3)
  assert.equal((await historyOf(app)).length, 1)
  assert.deepEqual(problemOf(await app.inject('/students/2/history')), [404, 'not-found'])
  const { added, changed, unchanged } = (await importRows('')).json()
  assert.deepEqual([added, changed, unchanged], [1, 3, 1])
  assert.deepEqual((await historyOf(app)).slice(1).map(outline), [
    [2, 'changed', 'import', { from: ada.gpa, to: 1 }],
    [3, 'changed', 'import', { from: 1, to: 3 }],
  ])
  const id = (await app.inject('/students')).json<{ id: number }[]>().at(-1)!.id
  assert.deepEqual((await historyOf(app, id)).map(outline), [
    [1, 'created', 'import', { to: ada.gpa }],
    [2, 'changed', 'import', { from: ada.gpa, to: 2 }],
  ])
})

contract('a seed is told by its name, without a request', async (t, engine) => {
  const database = await engine.makeDatabase(t)
  const store = await database.open()
  for await (const _ of fill(store, plausibleStudents(2, 1), systemClock));
  const [record] = await historyOf(openApp(t, store).app)
  assert.deepEqual(
    [record?.action, record?.principal, record && 'requestId' in record],
    ['created', 'seed', false],
  )
})

contract('what cannot be recorded is not done', async (t, engine) => {
  const database = await engine.makeDatabase(t)
  const { app } = openApp(t, await database.open())
  await post(app, ada)
  await app.inject('/students')
  await database.breakTable('student_history')
  const failures = [
    await post(app, { ...ada, email: 'b@example.com' }),
    await send(app, 'PATCH', '/students/1', { gpa: 1 }, any),
    await app.inject({ method: 'DELETE', url: '/students/1' }),
    await app.inject({ method: 'POST', url: '/students/1/erasure' }),
  ]
  for (const failure of failures) assert.deepEqual(problemOf(failure), [500, 'internal'])
  const [student, ...others] = (await app.inject('/students')).json()
  assert.deepEqual([student.version, student.gpa, others.length], [1, ada.gpa, 0])
  assert.equal((await historyOf(app))[0]?.changes.email?.to, ada.email)
})

contract('a long history comes in pages, each with a link to the next', async (t, engine) => {
  const app = await openWithAda(t, engine)
  for (let gpa = 0; gpa < 60; gpa++) await send(app, 'PATCH', '/students/1', { gpa: gpa / 10 }, any)
  const walk = async (url: string) => {
    const versions: number[][] = []
    for (let next: string | undefined = url; next;) {
      const response: LightMyRequestResponse = await app.inject(next)
      versions.push(response.json<HistoryRecord[]>().map(({ version }) => version))
      next = /^<([^>]+)>; rel="next"$/.exec(String(response.headers.link))?.[1]
    }
    return versions
  }
  const all = Array.from({ length: 61 }, (_, index) => index + 1)
  assert.deepEqual(await walk('/students/1/history'), [all.slice(0, 50), all.slice(50)])
  const three = await walk('/students/1/history?limit=25')
  assert.deepEqual(three, [all.slice(0, 25), all.slice(25, 50), all.slice(50)])
  assert.deepEqual(await walk('/students/1/history?limit=61'), [all])
})

contract('a query that is not understood is 422 and named', async (t, engine) => {
  const app = await openWithAda(t, engine)
  await post(app, { ...ada, email: 'b@example.com' })
  await send(app, 'PATCH', '/students/2', {}, any)
  const link = String((await app.inject('/students/2/history?limit=1')).headers.link)
  const others = new URL(/<(.*)>/.exec(link)?.[1] ?? '', 'http://x').searchParams.get('cursor') ?? ''
  const queries = {
    limit: ['limit=0', 'limit=501', 'limit=x', 'limit=', 'limit=1&limit=2'],
    cursor: ['cursor=', 'cursor=x', `cursor=${others}`, `cursor=${'A'.repeat(101)}`, 'cursor=%00'],
    offset: ['offset=1'],
  }
  for (const [parameter, list] of Object.entries(queries)) {
    for (const query of list) {
      const response = await app.inject(`/students/1/history?${query}`)
      assert.deepEqual(problemOf(response), [422, 'invalid'], query)
      assert.equal(response.json().errors[0].parameter, parameter, query)
    }
  }
})

contract('nobody’s history is 404', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  for (const id of ['1', 'abc', '0', '99999999999999999999']) {
    for (const url of [`/students/${id}/history`, `/students/${id}/export`]) {
      assert.deepEqual(problemOf(await app.inject(url)), [404, 'not-found'], url)
    }
  }
})

contract(
  'a student older than the history has an empty one, and is told of from then on',
  async (t, engine) => {
    const database = await engine.makeDatabase(t)
    const { app } = openApp(t, await database.open())
    await database.execute(`INSERT INTO students (name, domain, gpa, email, email_key, created_at, updated_at, version)
    VALUES ('Old', 'x', 1, 'o@x.de', 'o@x.de', '2020-01-01T00:00:00.000Z', '2020-01-01T00:00:00.000Z', 7)`)
    assert.deepEqual(await historyOf(app), [])
    await send(app, 'PATCH', '/students/1', { gpa: 2 }, any)
    assert.deepEqual(
      (await historyOf(app)).map(({ version, changes }) => [version, changes]),
      [[8, { gpa: { from: 1, to: 2 } }]],
    )
  },
)

contract(
  'under changes at once each version has its own record, chained to the one before',
  async (t, engine) => {
    const app = await openWithAda(t, engine)
    await Promise.all(
      Array.from({ length: 30 }, (_, n) => send(app, 'PATCH', '/students/1', { gpa: n / 10 }, any)),
    )
    const records = await historyOf(app)
    assert.deepEqual(
      records.map(({ version }) => version),
      Array.from({ length: 31 }, (_, n) => n + 1),
    )
    let gpa: number | undefined
    for (const { changes } of records) {
      if (!changes.gpa) continue
      assert.equal(changes.gpa.from, gpa)
      gpa = changes.gpa.to
    }
    assert.equal(gpa, (await app.inject('/students/1')).json().gpa)
  },
)
