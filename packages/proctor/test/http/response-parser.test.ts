import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type Answer, answers, bigAnswers } from './answers.ts'
import { everyByte, Feeder, inReads, type Read, split } from './feeding.ts'

suite('an answer is read the same, however it comes', () => {
  for (const [name, answer] of Object.entries(answers)) {
    test(name, () => {
      const { bytes } = answer
      check(answer, [bytes])
      check(answer, everyByte(bytes))
      for (let at = 1; at < bytes.length; at++) check(answer, split(bytes, at))
      for (let at = 1; at + 1 < bytes.length; at++) check(answer, split(bytes, at, at + 1))
    })
  }

  for (const [name, answer] of Object.entries(bigAnswers)) {
    test(`large: ${name}`, () => {
      for (const size of [999, 65_536, answer.bytes.length]) check(answer, inReads(answer.bytes, size))
    })
  }
})

suite('answers follow one another on one parser', () => {
  const kept = Object.entries(answers).filter(([, answer]) => answer.keepAlive)
  for (const [name, first] of kept) {
    test(`after ${name} comes any other`, () => {
      for (const [, second] of Object.entries(answers)) {
        const feeder = new Feeder(4096)
        for (const answer of [first, second, first]) {
          check(answer, [answer.bytes], feeder)
          check(answer, everyByte(answer.bytes), feeder)
        }
      }
    })
  }
})

test('a body is handed over once: the parser keeps none of it', () => {
  const feeder = new Feeder()
  feeder.parser.begin('GET')
  feeder.feed(answers['content-length']!.bytes)
  assert.equal(feeder.parser.takeBody(), '')
})

test('of a body over 8 MiB the first 8 MiB are kept and all bytes counted', () => {
  const feeder = new Feeder(1024 * 1024)
  const length = 9 * 1024 * 1024 + 1
  feeder.parser.begin('GET')
  feeder.feed(Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`))
  let read: Read | undefined
  for (let left = length; left > 0; left -= 1_000_000)
    read = feeder.feed(Buffer.alloc(Math.min(left, 1_000_000), 'x'))
  assert.equal(read?.bodyBytes, length)
  assert.equal(read?.body.length, 8 * 1024 * 1024)
})

function check(answer: Answer, pieces: readonly Buffer[], feeder = new Feeder()): void {
  feeder.parser.begin(answer.method)
  const before = feeder.feedAll(pieces.slice(0, -1))
  assert.equal(before, undefined, 'whole before its last byte')
  const last = feeder.feedAll(pieces.slice(-1))
  if (answer.untilClose) assert.equal(last, undefined, 'whole before the connection ended')
  const read = answer.untilClose ? feeder.end() : last
  assert.deepEqual(
    { status: read?.status, body: read?.body, bodyBytes: read?.bodyBytes, keepAlive: read?.keepAlive },
    { status: answer.status, body: answer.body, bodyBytes: answer.body.length, keepAlive: answer.keepAlive },
  )
  assert.equal(read?.head, headOf(answer))
}

/** The final head: interim ones are not the answer's. */
function headOf({ bytes }: Answer): string {
  const text = bytes.toString('latin1')
  const start = text.lastIndexOf('HTTP/1.')
  const [head] = /^.*?\r?\n\r?\n/s.exec(text.slice(start)) ?? ['']
  return head
}
