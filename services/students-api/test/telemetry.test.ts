import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { connect } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import { pino } from 'pino'
import { createApp } from '../src/app.ts'
import { systemClock } from '../src/clock.ts'
import type { StudentStore } from '../src/students/student-store.ts'
import type { Origin } from '../src/telemetry/origin.ts'
import { otlpSettings } from '../src/telemetry/otlp-settings.ts'
import { Telemetry } from '../src/telemetry/telemetry.ts'
import {
  jsonOf,
  recordsIn,
  spansIn,
  startCollector,
  valuesOf,
  type SentRecord,
  type SentSpan,
} from './collector.ts'
import { contract } from './engines.ts'
import { ada, openStore, post, problemOf, send, type LogLine } from './fixture.ts'
import { fieldsOf, messagesIn, textIn } from './protobuf-fields.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const callerId = '00f067aa0ba902b7'

interface Setting {
  store?: StudentStore
  databaseSystem?: Origin['databaseSystem']
  env?: Record<string, string>
}

/** The service with its telemetry, and what it logs. */
function openTraced(t: TestContext, url: string, { store, databaseSystem = 'sqlite', env }: Setting = {}) {
  const settings = otlpSettings({
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    ...env,
  })
  assert.ok(settings)
  const log: LogLine[] = []
  const lines = new EventEmitter()
  const write = (line: string) => {
    log.push(JSON.parse(line))
    lines.emit('line')
  }
  const logger = pino({ base: null, level: 'debug' }, { write })
  const telemetry = new Telemetry(settings, { databaseSystem, clock: systemClock, logger })
  const app = createApp({ store: store ?? openStore(t), logger, telemetry })
  t.after(() => app.close())
  /** Resolves when all that was recorded has been sent or dropped. */
  const flush = async () => {
    await setImmediate()
    await telemetry.close()
  }
  return { app, log, lines, telemetry, flush }
}

function only<Item>(items: readonly Item[], what = ''): Item {
  assert.equal(items.length, 1, what)
  return items[0]!
}

function named(spans: readonly SentSpan[], name: string): SentSpan {
  return only(
    spans.filter((span) => span.name === name),
    name,
  )
}

const databaseSystems = { SQLite: 'sqlite', PostgreSQL: 'postgresql' } as const

contract('a request is a span, a write has its wait and its transaction below it', async (t, engine) => {
  const { url, received } = await startCollector(t)
  const store = await (await engine.makeDatabase(t)).open()
  const databaseSystem = databaseSystems[engine.name as keyof typeof databaseSystems]
  const { app, log, flush } = openTraced(t, url, { store, databaseSystem })
  const earliestMs = Date.now()
  await post(app, ada)
  await app.inject('/students/1?limit=1')
  await flush()
  const latestMs = Date.now()
  const spans = spansIn(received)
  const add = named(spans, 'POST /students')
  const wait = named(spans, 'wait for the write queue')
  const write = named(spans, 'BATCH students')
  const get = named(spans, 'GET /students/{id}')
  assert.equal(spans.length, 4)
  assert.deepEqual(
    [add, wait, write, get].map(({ kind, status, parentSpanId }) => [kind, status.code, parentSpanId]),
    [
      [2, 0, undefined],
      [1, 0, add.spanId],
      [3, 0, add.spanId],
      [2, 0, undefined],
    ],
  )
  assert.deepEqual(
    [add, wait, write, get].map((span) => span.traceId),
    [log[0], log[0], log[0], log[1]].map((line) => line?.['traceId']),
  )
  assert.equal(new Set(spans.map(({ spanId }) => spanId)).size, 4)
  assert.deepEqual(valuesOf(get.attributes), {
    'http.request.method': 'GET',
    'url.scheme': 'http',
    'url.path': '/students/1',
    'http.route': '/students/{id}',
    'http.response.status_code': 200,
  })
  assert.deepEqual(valuesOf(write.attributes), {
    'db.system.name': databaseSystem,
    'db.operation.name': 'BATCH',
    'db.collection.name': 'students',
    'students.attempts': 1,
  })
  const order = [add.startTimeUnixNano, wait.startTimeUnixNano, wait.endTimeUnixNano, write.endTimeUnixNano]
  assert.deepEqual(order, order.toSorted(), 'the children lie within the request')
  assert.equal(wait.endTimeUnixNano, write.startTimeUnixNano)
  for (const { startTimeUnixNano, endTimeUnixNano } of spans) {
    assert.ok(Number(startTimeUnixNano) / 1e6 >= earliestMs - 1 && startTimeUnixNano <= endTimeUnixNano)
    assert.ok(Number(endTimeUnixNano) / 1e6 <= latestMs + 1)
  }
  assert.deepEqual(recordsIn(received), [])
})

contract('a failing request is a failed span and a log record of it', async (t, engine) => {
  const { url, received } = await startCollector(t)
  const database = await engine.makeDatabase(t)
  const { app, log, flush } = openTraced(t, url, { store: await database.open() })
  await database.breakTable('students')
  assert.deepEqual(problemOf(await post(app, ada)), [500, 'internal'])
  assert.deepEqual(problemOf(await app.inject('/students/7')), [404, 'not-found'])
  await flush()
  const code = engine.name === 'SQLite' ? '1811' : 'P0001'
  const spans = spansIn(received)
  const add = named(spans, 'POST /students')
  const write = named(spans, 'BATCH students')
  assert.deepEqual([add.status.code, valuesOf(add.attributes)['error.type']], [2, 'internal'])
  assert.equal(write.status.code, 2)
  assert.equal(valuesOf(write.attributes)['db.response.status_code'], code)
  const get = named(spans, 'GET /students/{id}')
  assert.deepEqual([get.status.code, valuesOf(get.attributes)['error.type']], [0, undefined])
  const [failed, missed] = recordsIn(received)
  assert.deepEqual(joined(failed), ['ERROR', 'POST /students: 500 internal', add.traceId, add.spanId])
  assert.deepEqual(joined(missed), ['INFO', 'GET /students/{id}: 404 not-found', get.traceId, get.spanId])
  const { 'students.duration_ms': durationMs, 'students.queue_wait_ms': waitMs, ...rest } = told(failed)
  assert.ok(Number(durationMs) >= Number(waitMs) && Number(waitMs) >= 0)
  assert.deepEqual(rest, {
    'students.request_id': log[0]?.['requestId'],
    'http.request.method': 'POST',
    'http.route': '/students',
    'http.response.status_code': 500,
    'students.attempts': 1,
    'students.problem': 'internal',
    'db.response.status_code': code,
    'exception.type': engine.name === 'SQLite' ? 'Error' : 'PostgresFailure',
  })
})

function joined(record: SentRecord | undefined): unknown[] {
  return [record?.severityText, record?.body.stringValue, record?.traceId, record?.spanId]
}

function told(record: SentRecord | undefined) {
  return valuesOf(record?.attributes ?? [])
}

test('the trace is that of the caller, who decides whether it is kept', async (t) => {
  const { url, received } = await startCollector(t)
  const { app, flush } = openTraced(t, url)
  // Proctor's flags: 2 says that the trace id is random.
  const get = (path: string, flags: string) =>
    app.inject({ url: path, headers: { traceparent: `00-${traceId}-${callerId}-${flags}` } })
  await get('/students/1', '03')
  await get('/students', '02')
  await get('/students/2', '00')
  await flush()
  const span = only(spansIn(received))
  assert.deepEqual([span.traceId, span.parentSpanId, span.name], [traceId, callerId, 'GET /students/{id}'])
  const records = recordsIn(received)
  assert.deepEqual(
    records.map((record) => [record.traceId, record.spanId === span.spanId]),
    [
      [traceId, true],
      [traceId, false],
    ],
  )
})

test('a traceparent that is none begins a trace of our own', async (t) => {
  const { url, received } = await startCollector(t)
  const { app, log, flush } = openTraced(t, url)
  await app.inject({ url: '/students', headers: { traceparent: `00-${traceId}-${'0'.repeat(16)}-01` } })
  await flush()
  const span = only(spansIn(received))
  assert.notEqual(span.traceId, traceId)
  assert.deepEqual([span.traceId, span.parentSpanId], [log[0]?.['traceId'], undefined])
})

test('nothing a person typed is sent', async (t) => {
  const { url, received } = await startCollector(t)
  const { app, flush } = openTraced(t, url)
  const headers = { host: 'ada.example.com', 'user-agent': 'lovelace', tracestate: 'a=lovelace' }
  await post(app, ada, headers)
  await post(app, ada, headers)
  await post(app, { ...ada, gpa: 99 })
  await post(app, '{"email":"ada@example.com')
  await send(app, 'PUT', '/students/ada@example.com', ada, { 'if-match': '"1"' })
  await app.inject({ url: '/students/ada%40example.com?q=Lovelace', headers })
  await app.inject('/lovelace/ada@example.com/%zz')
  await app.inject('/students?q=Lovelace')
  await app.inject({ method: 'PURGE' as 'GET', url: '/lovelace' })
  await flush()
  assert.equal(spansIn(received).filter(({ kind }) => kind === 2).length, 9)
  assert.equal(recordsIn(received).length, 7)
  const paths = spansIn(received).map(({ attributes }) => valuesOf(attributes)['url.path'])
  assert.deepEqual(new Set(paths), new Set(['/students', undefined, '/students/REDACTED', '/REDACTED']))
  assert.doesNotMatch(String(Buffer.concat(received.map(({ body }) => body))), /lovelace|example\.com|%40/i)
})

test('methods without a name of their own are one', async (t) => {
  const { url, received } = await startCollector(t)
  const { app, flush } = openTraced(t, url)
  await app.inject({ method: 'PURGE' as 'GET', url: '/students' })
  await flush()
  const span = only(spansIn(received))
  const { 'http.request.method': method, 'http.request.method_original': original } = valuesOf(
    span.attributes,
  )
  assert.deepEqual([span.name, method, original], ['HTTP', '_OTHER', 'PURGE'])
})

test('whose it is, and where it is served', async (t) => {
  const { url, received } = await startCollector(t)
  const env = { OTEL_SERVICE_NAME: 'exam', OTEL_RESOURCE_ATTRIBUTES: 'a=b' }
  const { app, flush } = openTraced(t, url, { env })
  const served = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  await fetch(new URL('/livez', served))
  await flush()
  const { 'server.address': address, 'server.port': port } = valuesOf(only(spansIn(received)).attributes)
  assert.deepEqual([address, port], [served.hostname, Number(served.port)])
  const attributes = jsonOf(received, '/v1/traces')[0]?.resourceSpans[0]?.resource.attributes ?? []
  const { 'service.instance.id': instance, ...resource } = valuesOf(attributes)
  assert.deepEqual(resource, { 'service.name': 'exam', a: 'b' })
  assert.match(String(instance), /^[\da-f-]{36}$/)
})

test('a request that its client broke off is a failed span without a status', async (t) => {
  const { url, received } = await startCollector(t)
  const { app, log, lines, flush } = openTraced(t, url)
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(
    'POST /students HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n',
  )
  await once(socket, 'data')
  const logged = once(lines, 'line')
  socket.destroy()
  await logged
  await flush()
  assert.equal(only(log)['aborted'], true)
  const span = only(spansIn(received))
  const { 'error.type': error, 'http.response.status_code': status } = valuesOf(span.attributes)
  assert.deepEqual([span.status.code, error, status], [2, 'aborted', undefined])
  assert.deepEqual(joined(only(recordsIn(received))), [
    'INFO',
    'POST /students: aborted',
    span.traceId,
    span.spanId,
  ])
})

test('an import is one span: its writes are many', async (t) => {
  const { url, received } = await startCollector(t)
  const { app, flush } = openTraced(t, url)
  const headers = { 'content-type': 'application/x-ndjson' }
  const imported = { method: 'POST', url: '/students/import', headers, payload: JSON.stringify(ada) } as const
  assert.equal((await app.inject(imported)).statusCode, 200)
  await flush()
  assert.equal(only(spansIn(received)).name, 'POST /students/import')
})

test('protobuf says the same', async (t) => {
  const { url, received } = await startCollector(t)
  const { app, flush } = openTraced(t, url, { env: { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' } })
  await app.inject({ url: '/students/1', headers: { traceparent: `00-${traceId}-${callerId}-01` } })
  await flush()
  const sent = (path: string) => only(received.filter((parcel) => parcel.path === path))
  assert.equal(sent('/v1/traces').headers['content-type'], 'application/x-protobuf')
  // ExportTraceServiceRequest.resource_spans.scope_spans.spans, and the same of logs.
  const span = fieldsOf(only(messagesIn(sent('/v1/traces').body, 1, 2, 2)))
  const record = fieldsOf(only(messagesIn(sent('/v1/logs').body, 1, 2, 2)))
  assert.deepEqual(
    [1, 4].map((field) => hex(span.get(field)?.[0])),
    [traceId, callerId],
  )
  assert.deepEqual([textIn(span, 5), span.get(6)], ['GET /students/{id}', [2n]])
  assert.deepEqual(
    [9, 10].map((field) => hex(record.get(field)?.[0])),
    [traceId, hex(span.get(2)?.[0])],
  )
  assert.equal(textIn(record, 3), 'INFO')
})

function hex(field: unknown): string | undefined {
  return Buffer.isBuffer(field) ? field.toString('hex') : undefined
}

test('a collector that is away is said once, costs no request, and is counted', async (t) => {
  const { url } = await startCollector(t, (response) => response.writeHead(400).end())
  const { app, log, telemetry, flush } = openTraced(t, url)
  // More than one batch at once, and 404s for the logs.
  const requests = Array.from({ length: 1100 }, () => app.inject('/students/1'))
  for (const { statusCode } of await Promise.all(requests)) assert.equal(statusCode, 404)
  await flush()
  const lines = log.filter(({ msg }) => msg !== 'request')
  assert.deepEqual(
    lines.map(({ level, reason, spans, msg }) => [level, reason, spans, msg]),
    [
      [40, 'status 400', undefined, 'the collector takes no telemetry'],
      [40, undefined, 1100, 'telemetry was lost'],
    ],
  )
  assert.deepEqual(telemetry.figures(), {
    traces: { sent: 0, dropped: 1100, waiting: 0 },
    logs: { sent: 0, dropped: 1100, waiting: 0 },
  })
  const { body } = await app.inject('/metrics')
  assert.match(body, /^otlp_dropped_total\{signal="traces"\} 1100$/m)
  assert.match(body, /^otlp_sent_total\{signal="logs"\} 0$/m)
  assert.match(body, /^otlp_queue_depth\{signal="traces"\} 0$/m)
})

test('one that comes back has all that waited, and that is said once', async (t) => {
  const { url, received, until } = await startCollector(t, (response, _received, index) => {
    response.writeHead(index === 0 ? 429 : 200, index === 0 ? { 'retry-after': '1' } : {}).end()
  })
  const { app, log, telemetry, flush } = openTraced(t, url)
  await app.inject('/students')
  const startedMs = performance.now()
  await until(2)
  assert.ok(performance.now() - startedMs >= 1000, 'Retry-After is heeded')
  assert.deepEqual(received[0]?.body, received[1]?.body)
  await flush()
  assert.deepEqual(telemetry.figures()['traces'], { sent: 1, dropped: 0, waiting: 0 })
  assert.deepEqual(
    log.filter(({ msg }) => msg !== 'request').map(({ msg }) => msg),
    ['the collector takes no telemetry', 'the collector takes telemetry again'],
  )
})

test('without telemetry /metrics says nothing of it', async (t) => {
  const app = createApp({ store: openStore(t), logger: pino({ level: 'silent' }) })
  t.after(() => app.close())
  assert.doesNotMatch((await app.inject('/metrics')).body, /otlp/)
})
