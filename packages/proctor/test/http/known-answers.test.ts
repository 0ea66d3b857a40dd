import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KnownAnswers } from '../../src/http/known-answers.ts'
import { ResponseParser } from '../../src/http/response-parser.ts'
import { Random } from '../../src/scenario/random.ts'
import { Feeder, inReads } from './feeding.ts'

const HEADS = ['Set-Cookie: a=1\r\n', 'Connection: close\r\n', 'X: y\r\n', '']
/** Of the same length, so that each is taken for the one before. */
const BODIES = ['aaaa', 'aaab', 'baaa']

function answerOf(random: Random): { bytes: Buffer; body: string; isClosing: boolean; marks: number } {
  const head = random.pick(HEADS)
  const body = random.pick(BODIES)
  const framed = random.pick([
    `Content-Length: 4\r\n\r\n${body}`,
    `Transfer-Encoding: chunked\r\n\r\n4\r\n${body}\r\n0\r\n\r\n`,
  ])
  const bytes = Buffer.from(`HTTP/1.1 200 OK\r\n${head}${framed}`)
  return { bytes, body, isClosing: head.startsWith('Connection'), marks: head.startsWith('Set') ? 1 : 0 }
}

test('answers that come again are read as if they had not, whatever came between', () => {
  const random = new Random(7, 'answers')
  const answers = new KnownAnswers()
  const lanes = Array.from({ length: 3 }, () => new Feeder(4_096, new ResponseParser(undefined, answers)))
  let again = 0
  for (let i = 0; i < 5_000; i++) {
    const { parser } = random.pick(lanes)
    const feeder = lanes.find((each) => each.parser === parser)!
    const { bytes, body, isClosing, marks } = answerOf(random)
    const isHead = random.fraction() < 0.1
    parser.begin(isHead ? 'HEAD' : 'GET')
    if (answers.find(bytes.length)?.bytes.equals(bytes) === true) again += 1
    if (isHead) {
      const head = bytes.subarray(0, bytes.indexOf('\r\n\r\n') + 4)
      assert.equal(feeder.feed(head)!.body, '')
      continue
    }
    const answer = feeder.feedAll(inReads(bytes, random.pick([7, 4_096])))!
    assert.equal(answer.body, body)
    assert.equal(parser.bodyBytes, 4)
    assert.deepEqual([parser.head.status, parser.head.keepAlive, parser.head.marks], [200, !isClosing, marks])
  }
  assert.ok(again > 100, `${again} of 5,000 came again`)
})

test('what is no answer is refused, though it is as long as one that is known', () => {
  const feeder = new Feeder()
  const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  for (let i = 0; i < 4; i++) {
    feeder.parser.begin('GET')
    assert.equal(feeder.feed(answer)!.body, 'ok')
  }
  for (const at of [0, 9, 20, 36]) {
    const broken = Buffer.from(answer)
    broken[at] = 1
    const parser = new Feeder(64, feeder.parser)
    parser.parser.begin('GET')
    assert.throws(() => parser.feed(broken), { name: 'TransportError' })
  }
})
