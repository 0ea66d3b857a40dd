import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { TransportError, type TransportErrorCode } from '../../src/http/transport-error.ts'
import { Random } from '../../src/scenario/random.ts'
import { answers } from './answers.ts'
import { everyByte, Feeder, split } from './feeding.ts'

const OK = 'HTTP/1.1 200 OK\r\n'
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`
const WHOLE = `${OK}Content-Length: 5\r\n\r\nhello`

const refused: Record<
  TransportErrorCode & ('bad-response' | 'headers-too-large' | 'unexpected-data'),
  string[]
> = {
  'bad-response': [
    'SSH-2.0-OpenSSH_9.2\r\n',
    '\x16\x03\x01\x02\x00\x01',
    '<html>',
    '\r\nHTTP/1.1 200 OK\r\n\r\n',
    'HTTP/2 200 OK\r\n\r\n',
    'HTTP/1.2 200 OK\r\n\r\n',
    'HTTP/1.x 200 OK\r\n\r\n',
    'http/1.1 200 OK\r\n\r\n',
    'HTTP/1.1\t200 OK\r\n\r\n',
    'HTTP/1.1 99 Low\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 1000 High\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 200OK\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 -20 OK\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 200 O\x00K\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n',
    `${OK}Content-Length: -5\r\n\r\nhello`,
    `${OK}Content-Length: +5\r\n\r\nhello`,
    `${OK}Content-Length: 5.0\r\n\r\nhello`,
    `${OK}Content-Length: 0x5\r\n\r\nhello`,
    `${OK}Content-Length: 5 5\r\n\r\nhello`,
    `${OK}Content-Length: 5, 5\r\n\r\nhello`,
    `${OK}Content-Length:\r\n\r\nhello`,
    `${OK}Content-Length: five\r\n\r\nhello`,
    `${OK}Content-Length: 9999999999999999\r\n\r\nhello`,
    `${OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`,
    `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    `${OK}Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n`,
    `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n`,
    `${OK}Transfer-Encoding: identity\r\n\r\n`,
    `${CHUNKED}g\r\n`,
    `${CHUNKED}-5\r\nhello\r\n`,
    `${CHUNKED}0x5\r\nhello\r\n`,
    `${CHUNKED}5 5\r\nhello\r\n`,
    `${CHUNKED}\r\nhello\r\n`,
    `${CHUNKED};x\r\nhello\r\n`,
    `${CHUNKED}fffffffffffff\r\nhello\r\n`,
    `${CHUNKED}3\r\nhello\r\n0\r\n\r\n`,
    `${CHUNKED}5;${'x'.repeat(9_000)}`,
    `${CHUNKED}0\r\nX: ${'x'.repeat(9_000)}`,
    `${OK}No colon\r\n\r\n`,
    `${OK}Nocolon\r\n\r\n`,
    `${OK}: nameless\r\n\r\n`,
    `${OK}Spaced : x\r\n\r\n`,
    `${OK}X: a\r\n folded\r\n\r\n`,
    `${OK}X: a\r\n\tfolded\r\n\r\n`,
    `${OK}X: a\x00b\r\n\r\n`,
    `${OK}X: a\x1bb\r\n\r\n`,
    `${OK}X: a\x7fb\r\n\r\n`,
    `${OK}X: a\rY: b\r\n\r\n`,
    `${OK}X: a\r\n\rhello`,
    `${OK}Zo\xeb: a\r\n\r\n`,
  ],
  'headers-too-large': [
    `${OK}X: ${'y'.repeat(70_000)}`,
    `${OK}${'X-Filler: 0123456789\r\n'.repeat(3_200)}\r\n`,
    `${OK}X: ${'y'.repeat(70_000)}\r\nContent-Length: 5\r\n\r\nhello`,
    `HTTP/1.1 103 Early Hints\r\n\r\n${OK}X: ${'y'.repeat(70_000)}\r\nContent-Length: 5\r\n\r\nhello`,
  ],
  'unexpected-data': [
    `${WHOLE}!`,
    `${WHOLE}\r\n`,
    `${WHOLE}${WHOLE}`,
    'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello',
    'HTTP/1.1 304 Not Modified\r\n\r\nhello',
    `${OK}Content-Length: 0\r\n\r\nx`,
    `${CHUNKED}0\r\n\r\nx`,
  ],
}

for (const [code, texts] of Object.entries(refused)) {
  suite(`${code}, whole, at every split and byte by byte`, () => {
    for (const text of texts) {
      test(JSON.stringify(text.length > 90 ? `${text.slice(0, 90)}…` : text), () => {
        const bytes = Buffer.from(text, 'latin1')
        assert.equal(outcome('GET', [bytes]), code)
        if (bytes.length < 1_000) assert.equal(outcome('GET', everyByte(bytes)), code)
        const step = Math.ceil(bytes.length / 500)
        for (let at = 1; at < bytes.length; at += step) assert.equal(outcome('GET', split(bytes, at)), code)
      })
    }
  })
}

test('the body of an answer to HEAD is not expected', () => {
  assert.equal(outcome('HEAD', [Buffer.from(WHOLE)]), 'unexpected-data')
})

suite('an answer cut off anywhere was closed too early', () => {
  for (const [name, { method, bytes, untilClose }] of Object.entries(answers)) {
    test(name, () => {
      const needed = untilClose ? bytes.indexOf('\r\n\r\n') + 4 : bytes.length
      for (let at = 0; at < needed; at++) {
        assert.equal(outcome(method, [bytes.subarray(0, at)]), 'connection-closed', `after ${at} bytes`)
      }
    })
  }
})

test('bytes changed at random: an answer or a transport error, never anything else', (t) => {
  const random = new Random(20_261, 'mutations')
  const originals = Object.values(answers)
  const seen = new Map<string, number>()
  for (let round = 0; round < 10_000; round++) {
    const { method, bytes } = random.pick(originals)
    const mutated = mutate(bytes, random)
    const whole = outcome(method, [mutated])
    const inTwo = outcome(method, split(mutated, random.integer(0, mutated.length)))
    assert.equal(inTwo, whole, JSON.stringify(mutated.toString('latin1')))
    seen.set(whole, (seen.get(whole) ?? 0) + 1)
  }
  t.diagnostic(JSON.stringify(Object.fromEntries(seen)))
  for (const expected of ['complete', 'bad-response', 'connection-closed', 'unexpected-data']) {
    assert.ok((seen.get(expected) ?? 0) > 100, `${expected} was hardly tried`)
  }
})

/** How it ends when these pieces come and then the connection ends. */
function outcome(method: string, pieces: readonly Buffer[]): string {
  const feeder = new Feeder(256 * 1024)
  feeder.parser.begin(method)
  try {
    const read = feeder.feedAll(pieces.filter((piece) => piece.length > 0)) ?? feeder.end()
    return read === undefined ? 'incomplete' : 'complete'
  } catch (error) {
    assert.ok(error instanceof TransportError, String(error))
    return error.code
  }
}

const TELLING = [
  ...'\r \n : ; , 0 1 5 9 a f x \t \0 \x7f \xff'.split(' '),
  ' ',
  'HTTP/1.1 ',
  '\r\n\r\n',
  'Content-Length: ',
  'chunked',
  '-1',
]

/** One to three of: a byte changed, taken out, put in, doubled; the end cut off. */
function mutate(bytes: Buffer, random: Random): Buffer {
  let text = bytes.toString('latin1')
  for (let changes = random.integer(1, 3); changes > 0; changes--) {
    const at = random.integer(0, text.length)
    const removed = random.pick([0, 0, 1, 1, 2, 8])
    const added = random.pick([
      '',
      random.pick(TELLING),
      String.fromCharCode(random.integer(0, 255)),
      text.slice(at, at + 4),
    ])
    text = text.slice(0, at) + added + text.slice(at + removed)
    if (random.chance(0.1)) text = text.slice(0, at)
  }
  return Buffer.from(text, 'latin1')
}
