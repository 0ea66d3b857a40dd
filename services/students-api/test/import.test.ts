import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { bulkLimits } from '../src/bulk/bulk-limits.ts'
import { CsvRecords } from '../src/bulk/csv-records.ts'
import { plausibleStudents } from '../src/seed/plausible-students.ts'
import type { NewStudent } from '../src/students/student.ts'
import { contract, openAppOn } from './engines.ts'
import { ada, addStudent, openApp, openStore, post, problemOf } from './fixture.ts'

const header = 'name,domain,gpa,email'
const grace = { name: 'Grace Hopper', domain: 'Navy', gpa: 9.1, email: 'grace@example.com' }

function csv(...lines: string[]): string {
  return [header, ...lines].map((line) => `${line}\r\n`).join('')
}

function ndjson(...students: unknown[]): string {
  return students.map((student) => `${JSON.stringify(student)}\n`).join('')
}

function send(app: FastifyInstance, type: string, payload: string | Buffer, query = '') {
  const headers = { 'content-type': type }
  return app.inject({ method: 'POST', url: `/students/import${query}`, headers, payload })
}

async function summaryOf(app: FastifyInstance, type: string, payload: string | Buffer, query = '') {
  const response = await send(app, type, payload, query)
  assert.equal(response.statusCode, 200, response.body)
  return response.json()
}

async function studentsOf(app: FastifyInstance): Promise<NewStudent[]> {
  const all: NewStudent[] = (await app.inject('/students')).json()
  return all.map(({ name, domain, gpa, email }) => ({ name, domain, gpa, email }))
}

const nothing = { dryRun: false, rows: 0, added: 0, changed: 0, unchanged: 0, refused: 0, problems: [] }

contract('an import adds, changes and refuses by e-mail, and a dry run only tells', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  assert.equal((await post(app, ada)).statusCode, 201)
  const rows = ndjson({ ...ada, gpa: 8 }, grace, { ...grace, name: 'G' }, ada, ada)
  const type = 'application/x-ndjson'
  const upserted = { ...nothing, rows: 5, added: 1, changed: 3, unchanged: 1 }
  const dry = await summaryOf(app, type, rows, '?mode=upsert&dryRun=true')
  assert.deepEqual(dry, { ...upserted, dryRun: true })
  assert.deepEqual(await studentsOf(app), [ada])
  const { problems, ...inserted } = await summaryOf(app, type, rows)
  assert.deepEqual({ ...inserted, problems: [] }, { ...nothing, rows: 5, added: 1, refused: 4 })
  assert.deepEqual(problems, [1, 3, 4, 5].map(used))
  assert.deepEqual(await studentsOf(app), [ada, grace])
  const again = await summaryOf(app, type, rows, '?mode=upsert')
  assert.deepEqual(again, { ...nothing, rows: 5, changed: 3, unchanged: 2 })
  assert.deepEqual(await studentsOf(app), [ada, { ...grace, name: 'G' }])
  const { body } = await app.inject('/students/export?format=ndjson')
  assert.match(body, /"id":1,.*"version":3}\n{"id":2,.*"version":2}\n$/)
})

for (const format of ['csv', 'ndjson']) {
  test(`what ${format} exports, it imports`, async (t) => {
    const store = openStore(t)
    const names = ['=1+1', "'=1", '"quoted", and more', ' Zoë 🎓', "O'Brien"]
    const odd = names.map((name, n) => ({ ...ada, name, email: `+odd${n}@example.com` }))
    await Promise.all([...odd, ...plausibleStudents(700, 1)].map((student) => addStudent(store, student)))
    const { app } = openApp(t, store)
    const exported = await app.inject(`/students/export?format=${format}`)
    const type = String(exported.headers['content-type'])
    const other = openApp(t).app
    assert.deepEqual(await summaryOf(other, type, exported.rawPayload), { ...nothing, rows: 705, added: 705 })
    assert.deepEqual(await studentsOf(other), await studentsOf(app))
    const again = await summaryOf(other, type, exported.rawPayload, '?mode=upsert')
    assert.deepEqual(again, { ...nothing, rows: 705, unchanged: 705 })
  })
}

const used = (line: number) => ({ line, pointer: '#/email', detail: 'is already in use' })

test('insert refuses a used e-mail, upsert changes its student, and readers see it', async (t) => {
  const { app } = openApp(t)
  await post(app, ada)
  await app.inject('/students')
  const body = ndjson({ ...ada, email: 'ADA@example.com', gpa: 1 }, grace, grace)
  const inserted = { ...nothing, rows: 3, added: 1, refused: 2, problems: [used(1), used(3)] }
  assert.deepEqual(await summaryOf(app, 'application/x-ndjson', body), inserted)
  assert.deepEqual(await studentsOf(app), [ada, grace])
  const upserted = { ...nothing, rows: 3, changed: 1, unchanged: 2 }
  assert.deepEqual(await summaryOf(app, 'application/x-ndjson', body, '?mode=upsert'), upserted)
  assert.deepEqual(await studentsOf(app), [{ ...ada, email: 'ADA@example.com', gpa: 1 }, grace])
  assert.equal((await app.inject('/students/1')).headers.etag, '"2"')
})

for (const mode of ['insert', 'upsert']) {
  test(`a dry run of ${mode} tells what ${mode} then does, and changes nothing`, async (t) => {
    const { app } = openApp(t)
    await post(app, ada)
    const many = [...plausibleStudents(600, 3)]
    const body = ndjson({ ...ada, gpa: 2 }, ...many, { ...many[0], gpa: 0.5 }, many[1], { ...ada, gpa: 11 })
    const { etag } = (await app.inject('/students')).headers
    const told = await summaryOf(app, 'application/x-ndjson', body, `?mode=${mode}&dryRun=true`)
    assert.equal((await app.inject('/students')).headers.etag, etag)
    assert.deepEqual(await studentsOf(app), [ada])
    const done = await summaryOf(app, 'application/x-ndjson', body, `?mode=${mode}`)
    assert.deepEqual(told, { ...done, dryRun: true })
    assert.equal(done.added, 600)
  })
}

test('a bad row is refused with its line, and spoils no other', async (t) => {
  const { app } = openApp(t)
  const lines = [
    'Ada,Engineering,9.999,ada@example.com',
    '',
    '"two\r\nlines",Engineering,9,two@example.com',
    'Bob,Law',
    'Eve,Law,,eve@example.com',
    'Mallory,"Law"x,5,mallory@example.com',
    'Tr"ent,Law,5,trent@example.com',
    `${'x'.repeat(17_000)},Law,5,x@example.com`,
    'Latin\u00FF,Law,5,latin@example.com',
    'Grace Hopper,Navy,9.1,grace@example.com',
    '"never closed,Law,5,n@example.com',
  ]
  const body = Buffer.from(csv(...lines), 'latin1')
  const { rows, added, refused, problems } = await summaryOf(app, 'text/csv', body)
  assert.deepEqual([rows, added, refused], [10, 1, 9])
  assert.deepEqual(
    problems.map(({ line, pointer, detail }: Record<string, string>) => `${line} ${pointer} ${detail}`),
    [
      '2 #/gpa must have at most two decimals',
      '4 #/name must not be blank, nor have control characters or line breaks',
      '6 # has 2 fields where the header has 4',
      '7 #/gpa must be a number',
      '8 # has text after a closing quote',
      '9 # has a quote within a field that does not begin with one',
      '10 # is longer than 16 KiB',
      '11 # is not valid UTF-8',
      '13 # has a quote that is not closed',
    ],
  )
  assert.deepEqual(await studentsOf(app), [grace])
})

test('NDJSON: what is no JSON, no student, not UTF-8 or too long is refused by line', async (t) => {
  const { app } = openApp(t)
  const lines = ['{', '[]', '', '{"name":"\u00FF"}', `"${'x'.repeat(200_000)}"`, JSON.stringify(grace)]
  const { added, problems } = await summaryOf(
    app,
    'application/x-ndjson',
    Buffer.from(lines.join('\n'), 'latin1'),
  )
  const told = problems.map(({ line, detail }: Record<string, string>) => `${line} ${detail}`)
  assert.equal(added, 1)
  assert.deepEqual(told, [
    '1 is not valid JSON',
    '2 must be an object',
    '4 is not valid UTF-8',
    '5 is longer than 16 KiB',
  ])
})

test('a byte order mark is passed over; LF ends a line too; columns come in any order', async (t) => {
  const { app } = openApp(t)
  const body = '\uFEFFemail,"gpa",name,domain\ngrace@example.com,9.1,Grace Hopper,Navy'
  assert.equal((await summaryOf(app, 'text/csv', body)).added, 1)
  assert.equal((await summaryOf(app, 'application/x-ndjson', `\uFEFF${ndjson(ada)}`)).added, 1)
  assert.deepEqual(await studentsOf(app), [grace, ada])
})

test('the list of problems is bounded, their count is exact', async (t) => {
  const { app } = openApp(t)
  const { refused, problems } = await summaryOf(app, 'application/x-ndjson', '{}\n'.repeat(1000))
  assert.deepEqual([refused, problems.length], [1000, 100])
})

const headers: Record<string, string> = {
  none: '',
  'no e-mail': 'name,domain,gpa\r\n',
  'an unknown column': `${header},phone\r\n`,
  'a column twice': `${header},gpa\r\n`,
  'a quote not closed': '"name',
}

for (const [name, body] of Object.entries(headers)) {
  test(`a CSV header with ${name} is 422`, async (t) => {
    assert.deepEqual(problemOf(await send(openApp(t).app, 'text/csv', body)), [422, 'invalid'])
  })
}

test('another media type, character set, coding, parameter: refused', async (t) => {
  const { app } = openApp(t)
  for (const type of ['application/json', 'text/csv; charset=iso-8859-1', 'text/plain', 'text/csvx']) {
    assert.deepEqual(problemOf(await send(app, type, csv())), [415, 'unsupported-media-type'])
  }
  assert.deepEqual(problemOf(await send(app, 'text/csv', csv(), '?dryRun=yes')), [422, 'invalid'])
  assert.deepEqual(problemOf(await send(app, 'text/csv', csv(), '?mode=replace')), [422, 'invalid'])
  assert.equal((await send(app, 'text/csv; charset=UTF-8; header=present', csv())).statusCode, 200)
})

test('more rows or bytes than may be: 413, telling what was done', async (t) => {
  const few = openApp(t, openStore(t), { limits: { ...bulkLimits, rows: 300 } }).app
  const response = await send(few, 'application/x-ndjson', ndjson(...plausibleStudents(301, 1)))
  assert.deepEqual(problemOf(response), [413, 'body-too-large'])
  assert.match(response.json().detail, /at most 300 rows\. 300 rows were done: 300 added, 0 changed/)
  assert.equal((await studentsOf(few)).length, 300)
  const small = openApp(t, openStore(t), { limits: { ...bulkLimits, bytes: 50 } }).app
  assert.deepEqual(problemOf(await send(small, 'text/csv', csv('x'.repeat(50)))), [413, 'body-too-large'])
})

async function listening(t: TestContext, limits = bulkLimits) {
  const { app, log } = openApp(t, openStore(t), { limits })
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  return { app, log, port: Number(port) }
}

/** A client that has sent the beginning of an import in chunks. */
function importing(port: number): { socket: Socket; chunk: (bytes: string) => void } {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  const head =
    'Host: x\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\nConnection: close'
  socket.write(`POST /students/import HTTP/1.1\r\n${head}\r\n\r\n`)
  const chunk = (bytes: string) =>
    void socket.write(`${Buffer.byteLength(bytes).toString(16)}\r\n${bytes}\r\n`)
  return { socket, chunk }
}

test('an import too many is 503 with nothing done, until another has ended', async (t) => {
  const { app, port } = await listening(t, { ...bulkLimits, imports: 1 })
  const { socket, chunk } = importing(port)
  chunk(ndjson(ada))
  while ((await studentsOf(app)).length === 0) await setTimeout(5)
  const refused = await send(app, 'application/x-ndjson', ndjson(grace))
  assert.deepEqual(problemOf(refused), [503, 'overloaded'])
  assert.equal(refused.headers['retry-after'], '5')
  assert.equal((await studentsOf(app)).length, 1)
  assert.equal((await send(app, 'application/x-ndjson', ndjson(grace), '?mode=x')).statusCode, 422)
  socket.write('0\r\n\r\n')
  assert.match(await text(socket), /^HTTP\/1.1 200 /)
  assert.equal((await summaryOf(app, 'application/x-ndjson', ndjson(grace)))['added'], 1)
})

test('an import that is broken off makes room for the next', async (t) => {
  const { app, port } = await listening(t, { ...bulkLimits, imports: 1 })
  const { socket, chunk } = importing(port)
  chunk(ndjson(ada))
  while ((await studentsOf(app)).length === 0) await setTimeout(5)
  socket.destroy()
  const again = () => send(app, 'application/x-ndjson', ndjson(grace))
  while ((await again()).statusCode === 503) await setTimeout(5)
  assert.equal((await studentsOf(app)).length, 2)
})

test('bytes beyond the limit in a body of unknown length: 413', async (t) => {
  const { port } = await listening(t, { ...bulkLimits, bytes: 300 })
  const { socket, chunk } = importing(port)
  chunk(ndjson(ada))
  await setTimeout(50)
  chunk(ndjson(grace).repeat(5))
  assert.match(await text(socket), /^HTTP\/1.1 413 .*1 rows were done: 1 added/s)
})

test('a client that sends nothing for too long gets 408, one that is merely slow is let finish', async (t) => {
  const { app, port } = await listening(t, { ...bulkLimits, idleMs: 1000 })
  app.server.headersTimeout = 50
  app.server.requestTimeout = 100
  const idle = importing(port)
  idle.chunk('{')
  const slow = importing(port)
  for (const character of ndjson(ada)) {
    slow.chunk(character)
    await setTimeout(30)
  }
  slow.chunk('')
  assert.match(await text(slow.socket), /^HTTP\/1.1 200 .*"added":1/s)
  assert.match(await text(idle.socket), /^HTTP\/1.1 408 .*request-timeout/s)
})

test('a client that goes away leaves what was done, and one line in the log', async (t) => {
  const { app, log, port } = await listening(t)
  const { socket, chunk } = importing(port)
  chunk(ndjson(ada, grace))
  while ((await studentsOf(app)).length < 2) await setTimeout(5)
  log.length = 0
  socket.destroy()
  while (log.length === 0) await setTimeout(5)
  assert.deepEqual([log.length, log[0]?.['aborted'], log[0]?.['level']], [1, true, 30])
})

test('other writes are not starved while an import runs', async (t) => {
  const { app } = openApp(t)
  const body = ndjson(...plausibleStudents(5000, 1))
  const over = new AbortController()
  const running = summaryOf(app, 'application/x-ndjson', body).finally(() => over.abort())
  let written = 0
  for (; !over.signal.aborted; written++) {
    assert.equal((await post(app, { ...ada, email: `w${written}@example.com` })).statusCode, 201)
  }
  assert.equal((await running).added, 5000)
  assert.ok(written >= 10, String(written))
})

test('CSV records are the same however the text is cut', () => {
  const source = 'a,"b ""x"", c",\r\n\r\n"multi\nline",,z\n"x"y,1\n,\nlast,"q"'
  const whole = new CsvRecords()
  const expected = [...whole.push(source), ...whole.end()]
  assert.deepEqual(
    expected.map((record) => ('fields' in record ? record.fields : record.fault)),
    [
      ['a', 'b "x", c', ''],
      ['multi\nline', '', 'z'],
      'has text after a closing quote',
      ['', ''],
      ['last', 'q'],
    ],
  )
  for (let size = 1; size < source.length; size++) {
    const records = new CsvRecords()
    const pieces = source.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
    assert.deepEqual([...pieces.flatMap((piece) => records.push(piece)), ...records.end()], expected)
  }
})
