import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import { bulkLimits } from '../src/bulk/bulk-limits.ts'
import { guarded, unguarded } from '../src/bulk/formula-guard.ts'
import { systemClock } from '../src/clock.ts'
import { plausibleStudents } from '../src/seed/plausible-students.ts'
import { SqliteStudentStore } from '../src/store/sqlite-student-store.ts'
import type { PageRequest } from '../src/students/student-query.ts'
import type { StudentPage } from '../src/students/student-store.ts'
import { StoreUnavailable } from '../src/students/student-store.ts'
import { ada, addStudent, openApp, openStore, problemOf, temporaryFolder } from './fixture.ts'

async function openWith(t: TestContext, count: number) {
  const store = openStore(t)
  await Promise.all([...plausibleStudents(count, 1)].map((student) => addStudent(store, student)))
  return openApp(t, store)
}

for (const count of [0, 1, 499, 500, 501, 1234]) {
  test(`${count} students as NDJSON are the list, a line each`, async (t) => {
    const { app, log } = await openWith(t, count)
    const response = await app.inject('/students/export?format=ndjson')
    assert.equal(response.headers['content-type'], 'application/x-ndjson; charset=utf-8')
    const lines = response.body.split('\n')
    assert.equal(lines.pop(), '')
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      (await app.inject('/students')).json(),
    )
    assert.equal(log[0]?.['bytes'], response.rawPayload.length)
  })
}

test('as CSV: a header, CRLF, quotes where they are needed, formulas guarded', async (t) => {
  const store = openStore(t)
  const names = ['Ada, "the first"', '=cmd|calc', "'=x", "O'Brien", ' -1', 'Zoë']
  for (const [n, name] of names.entries()) {
    await addStudent(store, { ...ada, name, email: n === 5 ? '+zoe@example.com' : `s${n}@example.com` })
  }
  const { body, headers } = await openApp(t, store).app.inject('/students/export')
  const [head, ...lines] = body.split('\r\n')
  assert.equal(headers['content-type'], 'text/csv; charset=utf-8; header=present')
  assert.equal(headers['content-disposition'], 'attachment; filename="students.csv"')
  assert.equal(head, 'id,name,domain,gpa,email,createdAt,updatedAt,version')
  assert.deepEqual(
    lines.map((line) => line.replace(/,\d{4}-.*/, '')),
    [
      '1,"Ada, ""the first""",Engineering,9.95,s0@example.com',
      `2,"'=cmd|calc",Engineering,9.95,s1@example.com`,
      `3,"''=x",Engineering,9.95,s2@example.com`,
      `4,O'Brien,Engineering,9.95,s3@example.com`,
      `5,"' -1",Engineering,9.95,s4@example.com`,
      `6,Zoë,Engineering,9.95,"'+zoe@example.com"`,
      '',
    ],
  )
})

test('guarding is undone whatever the text', () => {
  for (const text of [
    '',
    "'",
    "''",
    '=',
    "'=",
    "''=",
    "' =",
    '+1',
    '-',
    '@x',
    '＝1',
    'a=b',
    "'a",
    ' ',
    '\t=1',
  ]) {
    assert.equal(unguarded(guarded(text)), text)
    assert.doesNotMatch(guarded(text), /^\s*[=+\-@＝]/)
  }
})

const negotiation: Record<string, [accept: string | undefined, query: string, mediaType: RegExp]> = {
  'nothing asked': [undefined, '', /^text\/csv;/],
  anything: ['*/*', '', /^text\/csv;/],
  NDJSON: ['application/x-ndjson', '', /^application\/x-ndjson;/],
  'NDJSON rather than CSV': ['text/csv;q=0.5, application/x-ndjson', '', /^application\/x-ndjson;/],
  'anything but CSV': ['text/csv;q=0, */*', '', /^application\/x-ndjson;/],
  'any text': ['application/json, text/*;q=0.1', '', /^text\/csv;/],
  'a format that outdoes Accept': ['text/csv', '?format=ndjson', /^application\/x-ndjson;/],
}

for (const [name, [accept, query, mediaType]] of Object.entries(negotiation)) {
  test(`Accept: ${name}`, async (t) => {
    const { app } = openApp(t)
    const headers = accept === undefined ? {} : { accept }
    const response = await app.inject({ url: `/students/export${query}`, headers })
    assert.match(String(response.headers['content-type']), mediaType)
    const head = await app.inject({ method: 'HEAD', url: `/students/export${query}`, headers })
    assert.deepEqual([head.statusCode, head.body], [200, ''])
    assert.match(String(head.headers['content-type']), mediaType)
  })
}

test('what cannot be had is 406, an unknown format or parameter 422', async (t) => {
  const { app } = openApp(t)
  const accept = 'application/json'
  const refused = await app.inject({ url: '/students/export', headers: { accept } })
  assert.deepEqual(problemOf(refused), [406, 'not-acceptable'])
  assert.deepEqual(problemOf(await app.inject('/students/export?format=xlsx')), [422, 'invalid'])
  assert.deepEqual(problemOf(await app.inject('/students/export?limit=5')), [422, 'invalid'])
})

/** Has no last page, or fails at one. */
class EndlessStore extends SqliteStudentStore {
  pages = 0
  failAt = Infinity

  override async page(_request: PageRequest): Promise<StudentPage> {
    this.pages++
    if (this.pages >= this.failAt) throw new StoreUnavailable('busy')
    const times = { createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' }
    const students = Array.from({ length: 500 }, () => ({ id: 1, ...ada, ...times, version: 1 }))
    return { students, next: { value: 1, id: 1 }, revision: '1' }
  }
}

async function listening(t: TestContext, limits = bulkLimits) {
  const store = new EndlessStore(join(temporaryFolder(t), 'students.db'), systemClock)
  t.after(() => store[Symbol.dispose]())
  const { app, log } = openApp(t, store, { limits })
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  return { store, log, port: Number(port) }
}

/** A client that has asked for an export and read its first bytes; it reads no more. */
async function reluctantClient(port: number) {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write('GET /students/export HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(socket, 'readable')
  return socket
}

/** Resolves to the pages read, once no more are. */
async function pagesAtRest(store: EndlessStore): Promise<number> {
  for (let pages = -1; ;) {
    if (pages === store.pages) return pages
    pages = store.pages
    await setTimeout(100)
  }
}

test('nothing is read from the store that the client does not take; gone, it ends the walk', async (t) => {
  const { store, log, port } = await listening(t)
  const socket = await reluctantClient(port)
  const pages = await pagesAtRest(store)
  socket.resume()
  while (store.pages < pages + 20) await setTimeout(5)
  socket.destroy()
  while (log.length === 0) await setTimeout(5)
  assert.equal(log[0]?.['aborted'], true)
  await pagesAtRest(store)
})

test('a client that takes nothing for too long is cut off', async (t) => {
  const { store, log, port } = await listening(t, { ...bulkLimits, idleMs: 200 })
  await reluctantClient(port)
  while (log.length === 0) await setTimeout(5)
  assert.equal(log[0]?.['aborted'], true)
  await pagesAtRest(store)
})

test('a store that fails at once is 503; midway, the answer breaks off and the log tells why', async (t) => {
  const { store, log, port } = await listening(t)
  store.failAt = 1
  const refused = await fetch(`http://127.0.0.1:${port}/students/export`)
  assert.equal(refused.status, 503)
  store.failAt = store.pages + 3
  const begun = await fetch(`http://127.0.0.1:${port}/students/export`)
  assert.equal(begun.status, 200)
  await assert.rejects(begun.text())
  while (log.length < 2) await setTimeout(5)
  assert.deepEqual([log[1]?.['aborted'], log[1]?.['problem']], [true, 'overloaded'])
})
