import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Entry } from '../../src/server-side/entry.ts'
import { OtlpReceiver } from '../../src/server-side/otlp-receiver.ts'
import { ServerSideError } from '../../src/server-side/source.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const AT = 1_767_225_601_500_000_000n

async function listening(t: TestContext) {
  const receiver = new OtlpReceiver(0)
  const entries: Entry[] = []
  await receiver.start({ entry: (entry) => entries.push(entry), trouble() {} })
  t.after(() => receiver.stop())
  const url = receiver.name.replace('OTLP at ', '')
  const post = (path: string, body: string | Buffer<ArrayBuffer>, headers: Record<string, string>) =>
    fetch(url + path, { method: 'POST', body, headers })
  return { receiver, entries, url, post }
}

const JSON_TYPE = { 'content-type': 'application/json' }
const PROTOBUF = { 'content-type': 'application/x-protobuf' }

const LOGS = {
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'api' } }] },
      scopeLogs: [
        {
          logRecords: [
            {
              timeUnixNano: String(AT),
              severityNumber: 17,
              body: { stringValue: 'e-mail taken' },
              traceId: TRACE.toUpperCase(),
              attributes: [
                {
                  key: 'problem',
                  value: { arrayValue: { values: [{ intValue: '7' }, { boolValue: true }] } },
                },
              ],
            },
          ],
        },
      ],
    },
  ],
}

const SPANS = {
  resourceSpans: [
    {
      scopeSpans: [
        {
          spans: [
            {
              traceId: TRACE,
              name: 'INSERT',
              startTimeUnixNano: String(AT),
              endTimeUnixNano: String(AT + 2_500_000n),
              status: { code: 2 },
            },
          ],
        },
      ],
    },
  ],
}

/** The other way round than the reader: a field by its number, then its value. */
function field(number: number, value: string | Buffer | bigint, fixed = false): Buffer<ArrayBuffer> {
  if (typeof value !== 'bigint') {
    const bytes = Buffer.from(value as string)
    return Buffer.concat([varint(BigInt(number * 8 + 2)), varint(BigInt(bytes.length)), bytes])
  }
  if (!fixed) return Buffer.concat([varint(BigInt(number * 8)), varint(value)])
  const eight = Buffer.alloc(8)
  eight.writeBigUInt64LE(value)
  return Buffer.concat([varint(BigInt(number * 8 + 1)), eight])
}

function varint(value: bigint): Buffer<ArrayBuffer> {
  const bytes: number[] = []
  for (let left = value; ; left >>= 7n) {
    bytes.push(Number(left & 127n) | (left > 127n ? 128 : 0))
    if (left <= 127n) return Buffer.from(bytes)
  }
}

const attribute = (key: string, value: Buffer): Buffer<ArrayBuffer> =>
  Buffer.concat([field(1, key), field(2, value)])
const exported = (record: Buffer): Buffer<ArrayBuffer> => field(1, field(2, field(2, record)))
const number = Buffer.alloc(8)
number.writeDoubleLE(-2.5)

const LOG_MESSAGE = exported(
  Buffer.concat([
    field(1, AT, true),
    field(2, 17n),
    field(5, field(1, 'e-mail taken')),
    field(6, attribute('gpa', field(4, number.readBigUInt64LE(), true))),
    field(6, attribute('low', field(3, BigInt.asUintN(64, -7n)))),
    field(6, attribute('list', field(5, field(1, field(2, 1n))))),
    field(6, attribute('pairs', field(6, field(1, attribute('a', field(1, 'b')))))),
    field(9, Buffer.from(TRACE, 'hex')),
  ]),
)

const SPAN_MESSAGE = exported(
  Buffer.concat([
    field(1, Buffer.from(TRACE, 'hex')),
    field(5, 'INSERT'),
    field(7, AT, true),
    field(8, AT + 2_500_000n, true),
    field(15, field(3, 2n)),
  ]),
)

for (const [encoding, logs, spans, headers] of [
  ['JSON', JSON.stringify(LOGS), JSON.stringify(SPANS), JSON_TYPE],
  ['Protocol Buffers', LOG_MESSAGE, SPAN_MESSAGE, PROTOBUF],
] as const) {
  test(`logs and spans as ${encoding}, packed or not`, async (t) => {
    const { receiver: source, entries, post } = await listening(t)
    assert.equal((await post('/v1/logs', logs, headers)).status, 200)
    const packed = await post('/v1/traces', gzipSync(spans), { ...headers, 'content-encoding': 'gzip' })
    assert.deepEqual([packed.status, await packed.text()], [200, headers === JSON_TYPE ? '{}' : ''])
    assert.deepEqual(
      entries.map(({ at, level, message, ids }) => ({ at, level, message, ids })),
      [
        { at: 1_767_225_601_500, level: 'error', message: 'e-mail taken', ids: [TRACE] },
        { at: 1_767_225_601_500, level: 'error', message: 'span INSERT failed, 2.5 ms', ids: [TRACE] },
      ],
    )
    assert.deepEqual([source.lines, source.notes], [2, []])
  })
}

test('attributes are told, of every kind', async (t) => {
  const { entries, post } = await listening(t)
  await post('/v1/logs', LOG_MESSAGE, PROTOBUF)
  await post('/v1/logs', JSON.stringify(LOGS), JSON_TYPE)
  const { gpa, low, list, pairs } = JSON.parse(entries[0]!.text)
  assert.deepEqual({ gpa, low, list, pairs }, { gpa: -2.5, low: -7, list: [true], pairs: { a: 'b' } })
  assert.deepEqual(JSON.parse(entries[1]!.text).problem, [7, true])
})

test('metrics are taken and passed over', async (t) => {
  const { entries, post } = await listening(t)
  assert.equal((await post('/v1/metrics', '{}', JSON_TYPE)).status, 200)
  assert.deepEqual(entries, [])
})

for (const [title, path, body, headers, status] of [
  ['another path', '/v2/logs', '{}', JSON_TYPE, 404],
  ['another type', '/v1/logs', '{}', { 'content-type': 'text/plain' }, 415],
  ['another packing', '/v1/logs', '{}', { ...JSON_TYPE, 'content-encoding': 'br' }, 415],
  ['what is not packed', '/v1/logs', '{}', { ...JSON_TYPE, 'content-encoding': 'gzip' }, 400],
  ['what is not JSON', '/v1/logs', '{', JSON_TYPE, 400],
  ['no list', '/v1/logs', '{"resourceLogs":7}', JSON_TYPE, 400],
  ['a message that ends early', '/v1/logs', LOG_MESSAGE.subarray(0, 40), PROTOBUF, 400],
  ['a message of nonsense', '/v1/traces', Buffer.alloc(100, 0xff), PROTOBUF, 400],
  ['a body of 9 MiB', '/v1/logs', Buffer.alloc(9 * 1024 * 1024), PROTOBUF, 413],
  [
    '64 MiB in a small packet',
    '/v1/logs',
    gzipSync(Buffer.alloc(64 * 1024 * 1024)),
    { ...PROTOBUF, 'content-encoding': 'gzip' },
    413,
  ],
] as const) {
  test(`${title} is refused with ${status}, told once, and what follows is taken`, async (t) => {
    const { receiver: source, entries, post } = await listening(t)
    for (let i = 0; i < 2; i++) assert.equal((await post(path, body as string, headers)).status, status)
    assert.equal(source.notes.length, 1)
    assert.equal((await post('/v1/logs', LOG_MESSAGE, PROTOBUF)).status, 200)
    assert.equal(entries.length, 1)
  })
}

test('a port in use is told', async (t) => {
  const { url } = await listening(t)
  const other = new OtlpReceiver(Number(new URL(url).port))
  await assert.rejects(other.start({ entry() {}, trouble() {} }), (error) => {
    return error instanceof ServerSideError && /^--otlp: port \d+ is in use/.test(error.message)
  })
})
