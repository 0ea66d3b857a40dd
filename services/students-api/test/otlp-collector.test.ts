import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:net'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { systemClock } from '../src/clock.ts'
import { Collector, type Parcel, type Receipt } from '../src/telemetry/collector.ts'
import { otlpSettings } from '../src/telemetry/otlp-settings.ts'
import { startCollector, type Answer } from './collector.ts'

const never = new AbortController().signal
const parcel: Parcel = {
  path: 'v1/traces',
  body: Buffer.from('[]'),
  rejected: (answer) => JSON.parse(Buffer.from(answer).toString() || '{"rejected":0}').rejected,
}

function collectorAt(url: string, env: Record<string, string> = {}): Collector {
  const settings = otlpSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: url, ...env })
  assert.ok(settings)
  return new Collector(settings, systemClock)
}

async function receiptOf(t: TestContext, answer: Answer): Promise<Receipt> {
  const { url } = await startCollector(t, answer)
  return collectorAt(url).send(parcel, never)
}

test('a parcel goes to its path below the endpoint, with the headers given', async (t) => {
  const { url, received } = await startCollector(t)
  const headers = { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x,content-type=text/html' }
  for (const [base, protocol] of [
    [url, 'http/json'],
    [`${url}/otlp/?a=b`, 'http/protobuf'],
  ] as const) {
    const collector = collectorAt(base, { ...headers, OTEL_EXPORTER_OTLP_PROTOCOL: protocol })
    assert.deepEqual(await collector.send(parcel, never), { state: 'taken', rejected: 0 })
  }
  assert.deepEqual(
    received.map(({ path, headers: { authorization, 'content-type': type } }) => [path, authorization, type]),
    [
      ['/v1/traces', 'Bearer x', 'application/json'],
      ['/otlp/v1/traces?a=b', 'Bearer x', 'application/x-protobuf'],
    ],
  )
})

const endless = 'x'.repeat(16_384)

const answers: Record<string, { answer: Answer; receipt: Receipt }> = {
  'rejected items': {
    answer: (response) => response.end('{"rejected":3}'),
    receipt: { state: 'taken', rejected: 3 },
  },
  'a success that is no answer': {
    answer: (response) => response.end('<html>'),
    receipt: { state: 'taken', rejected: 0 },
  },
  'an absurd count': {
    answer: (response) => response.end('{"rejected":{"toString":-1}}'),
    receipt: { state: 'taken', rejected: 0 },
  },
  'an answer without end': {
    answer: (response) => {
      const more = () => {
        while (!response.destroyed && response.write(endless));
      }
      response.on('drain', more)
      more()
    },
    receipt: { state: 'taken', rejected: 0 },
  },
  'a redirection, which is not followed': {
    answer: (response) => response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end(),
    receipt: { state: 'refused', reason: 'status 307' },
  },
  'a refusal': {
    answer: (response) => response.writeHead(400).end('secret'),
    receipt: { state: 'refused', reason: 'status 400' },
  },
  'an error that no retry mends': {
    answer: (response) => response.writeHead(500).end(),
    receipt: { state: 'refused', reason: 'status 500' },
  },
  'too many requests, with Retry-After': {
    answer: (response) => response.writeHead(429, { 'retry-after': '7' }).end(),
    receipt: { state: 'busy', reason: 'status 429', afterMs: 7000 },
  },
  'a Retry-After of years': {
    answer: (response) => response.writeHead(503, { 'retry-after': '99999999999' }).end(),
    receipt: { state: 'busy', reason: 'status 503', afterMs: 300_000 },
  },
  'a Retry-After long ago': {
    answer: (response) => response.writeHead(502, { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }).end(),
    receipt: { state: 'busy', reason: 'status 502', afterMs: 0 },
  },
  'a Retry-After that is none': {
    answer: (response) => response.writeHead(504, { 'retry-after': '-1x' }).end(),
    receipt: { state: 'busy', reason: 'status 504', afterMs: undefined },
  },
  'a connection cut': {
    answer: (response) => response.destroy(),
    receipt: { state: 'busy', reason: 'UND_ERR_SOCKET' },
  },
}

for (const [name, { answer, receipt }] of Object.entries(answers)) {
  test(`what becomes of a batch: ${name}`, async (t) => {
    assert.deepEqual(await receiptOf(t, answer), receipt)
  })
}

test('nobody there', async (t) => {
  const server = createServer()
  const url = await listening(t, server)
  server.close()
  const receipt = await collectorAt(url).send(parcel, never)
  assert.deepEqual(receipt, { state: 'busy', reason: 'ECONNREFUSED' })
})

test('something else than HTTP', async (t) => {
  const url = await listening(
    t,
    createServer((socket) => socket.end('220 smtp\r\n')),
  )
  const { state } = await collectorAt(url).send(parcel, never)
  assert.equal(state, 'busy')
})

test('one that never answers is left after the timeout, or when that is enough', async (t) => {
  const server = createServer((socket) => socket.on('error', () => {}))
  const url = await listening(t, server)
  const receipt = await collectorAt(url, { OTEL_EXPORTER_OTLP_TIMEOUT: '30' }).send(parcel, never)
  assert.deepEqual(receipt, { state: 'busy', reason: 'no answer in 30 ms' })
  const stop = new AbortController()
  const connected = once(server, 'connection')
  const stopped = collectorAt(url).send(parcel, stop.signal)
  await connected
  stop.abort()
  assert.deepEqual(await stopped, { state: 'busy', reason: 'no answer before the end' })
})

async function listening(t: TestContext, server: Server): Promise<string> {
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => sockets.add(socket)).listen(0, '127.0.0.1')
  t.after(() => {
    server.close()
    sockets.forEach((socket) => socket.destroy())
  })
  await once(server, 'listening')
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
}
