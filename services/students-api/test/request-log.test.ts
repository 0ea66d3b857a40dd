import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { contract, openAppOn } from './engines.ts'
import { ada, openApp, post, problemOf, type LogLine } from './fixture.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'

test('one line per finished request, its bytes those of the body', async (t) => {
  const { app, log } = openApp(t)
  const responses = [
    await post(app, { ...ada, name: 'Zoë 🎓' }),
    await post(app, ada),
    await app.inject('/students'),
    await app.inject('/students/1?email=ada@example.com'),
    await app.inject({ method: 'HEAD', url: '/students' }),
    await app.inject({ method: 'HEAD', url: '/nope' }),
    await app.inject('/students/%zz'),
    await app.inject('/ada@example.com'),
  ]
  await setImmediate()
  assert.deepEqual(
    log.map(({ method, route, status, problem, bytes }) => [method, route, status, problem, bytes]),
    [
      ['POST', '/students', 201, undefined, bodyBytes(responses[0])],
      ['POST', '/students', 409, 'email-taken', bodyBytes(responses[1])],
      ['GET', '/students', 200, undefined, bodyBytes(responses[2])],
      ['GET', '/students/:id', 200, undefined, bodyBytes(responses[3])],
      ['HEAD', '/students', 200, undefined, 0],
      ['HEAD', null, 404, 'not-found', 0],
      ['GET', null, 400, 'bad-request', bodyBytes(responses[6])],
      ['GET', null, 404, 'not-found', bodyBytes(responses[7])],
    ],
  )
  assert.deepEqual(
    log.map(({ requestId }) => requestId),
    responses.map(({ headers }) => headers['x-request-id']),
  )
  assert.ok(log.every(({ time, durationMs }) => Number(time) > 0 && Number(durationMs) >= 0))
  assert.deepEqual(
    log.map(({ level, status }) => [level, Number(status) < 400]),
    log.map(({ status }) => (Number(status) < 400 ? [20, true] : [30, false])),
  )
})

function bodyBytes(response: { rawPayload: Buffer } | undefined): number | undefined {
  return response?.rawPayload.length
}

test('the log holds nothing a person typed', async (t) => {
  const { app, log } = openApp(t)
  await post(app, ada)
  await post(app, ada)
  await post(app, { ...ada, gpa: 99 })
  await post(app, `{"email":"ada@example.com`)
  await app.inject('/students/ada@example.com?name=Lovelace')
  await app.inject('/ada@example.com/%zz')
  await setImmediate()
  assert.equal(log.length, 6)
  // The ids are random digits, in which `ada` comes up by itself.
  const withoutIds = JSON.stringify(log, (key, value: unknown) => (key.endsWith('Id') ? undefined : value))
  assert.doesNotMatch(withoutIds, /ada|lovelace|example\.com|%40/i)
})

test('a well-formed X-Request-Id is kept, another is replaced', async (t) => {
  const { app, log } = openApp(t)
  for (const id of ['a', 'Req_1.2~3:4-5', 'x'.repeat(128)]) {
    assert.equal(await echoedId(app, id), id)
  }
  for (const id of ['', ' ', 'a b', 'a"b', 'ö', '<script>', 'x'.repeat(129)]) {
    assert.match(await echoedId(app, id), /^[\da-f-]{36}$/)
  }
  await setImmediate()
  assert.equal(log[1]?.['requestId'], 'Req_1.2~3:4-5')
})

async function echoedId(app: FastifyInstance, id: string): Promise<string> {
  const response = await app.inject({ url: '/nope', headers: { 'x-request-id': id } })
  assert.equal(response.headers['x-request-id'], response.json().requestId)
  return response.json().requestId
}

test('the trace id of a well-formed traceparent is kept, another is replaced', async (t) => {
  const { app, log } = openApp(t)
  const spanAndFlags = '00f067aa0ba902b7-01'
  const good = [`00-${traceId}-${spanAndFlags}`, `cc-${traceId}-${spanAndFlags}-later`]
  const bad = [
    `00-${traceId}-${spanAndFlags}-later`,
    `ff-${traceId}-${spanAndFlags}`,
    `00-${'0'.repeat(32)}-${spanAndFlags}`,
    `00-${traceId}-0000000000000000-01`,
    `00-${traceId.toUpperCase()}-${spanAndFlags}`,
    `00-${traceId}`,
    'x',
  ]
  for (const traceparent of good)
    assert.equal(await loggedTraceId(app, log, traceparent), traceId, traceparent)
  for (const traceparent of bad) {
    const generated = await loggedTraceId(app, log, traceparent)
    assert.match(generated, /^[\da-f]{32}$/)
    assert.ok(!traceparent.toLowerCase().includes(generated), traceparent)
  }
})

async function loggedTraceId(app: FastifyInstance, log: LogLine[], traceparent: string): Promise<string> {
  const response = await app.inject({ url: '/nope', headers: { traceparent } })
  await setImmediate()
  assert.equal(log.at(-1)?.['traceId'], response.json().traceId)
  return response.json().traceId
}

/** The names in a Server-Timing, each with a duration. */
function timed(response: { headers: Record<string, unknown> }): string[] {
  const metrics = String(response.headers['server-timing']).split(', ')
  return metrics.map((metric) => /^([a-z]+);dur=\d+(?:\.\d+)?$/.exec(metric)?.[1] ?? assert.fail(metric))
}

contract('Server-Timing tells the total, and of writes the queue and the database', async (t, engine) => {
  const { app, log } = await openAppOn(t, engine)
  const headers = { 'content-type': 'text/csv' }
  const payload = 'name,domain,gpa,email\r\nGrace,Navy,9,grace@example.com\r\n'
  const imported = await app.inject({ method: 'POST', url: '/students/import', headers, payload })
  for (const response of [await post(app, ada), await post(app, ada), imported])
    assert.deepEqual(timed(response), ['queue', 'db', 'total'])
  assert.deepEqual(timed(await app.inject('/students')), ['total'])
  await setImmediate()
  assert.deepEqual(
    log.map(({ status, attempts, queueWaitMs }) => [status, attempts, typeof queueWaitMs]),
    [
      [200, 1, 'number'],
      [201, 1, 'number'],
      [409, 1, 'number'],
      [200, undefined, 'undefined'],
    ],
  )
})

contract('the line of a failing write names the code, the attempts and the wait', async (t, engine) => {
  const database = await engine.makeDatabase(t)
  const { app, log } = openApp(t, await database.open())
  await database.breakTable('students')
  // Together they fail, then each by itself.
  const [first, second] = await Promise.all([post(app, ada), post(app, { ...ada, email: 'b@example.com' })])
  await setImmediate()
  const code = { SQLite: { sqliteCode: 1811 }, PostgreSQL: { sqlState: 'P0001' } }[engine.name]
  for (const [index, response] of [first, second].entries()) {
    assert.deepEqual(problemOf(response), [500, 'internal'])
    const line = log[index] ?? {}
    const expected = { ...identityOf(response), problem: 'internal', attempts: 2, ...code }
    assert.deepEqual({ ...line, ...expected }, line)
    const queueWaitMs = Number(line['queueWaitMs'])
    assert.ok(queueWaitMs >= 0 && queueWaitMs <= Number(line['durationMs']))
    assert.doesNotMatch(JSON.stringify(line), /lovelace|example\.com|INSERT INTO/i)
  }
})

function identityOf(response: { json(): { requestId: string; traceId: string } }) {
  const document = response.json()
  return { requestId: document.requestId, traceId: document.traceId }
}
