import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Evidence } from '../../src/evidence/evidence.ts'
import { Redaction } from '../../src/evidence/redaction.ts'
import { noCounts } from '../../src/engine/snapshot.ts'
import { Recorder } from '../../src/engine/recorder.ts'
import type { Exchange } from '../../src/http/exchange.ts'
import type { Judging } from '../../src/http/judging.ts'
import { HttpResponse } from '../../src/http/response.ts'
import { TransportError } from '../../src/http/transport-error.ts'
import { expect } from '../../src/scenario/expect.ts'
import { RequestStats } from '../../src/stats/request-stats.ts'
import { anExchange } from '../http/an-exchange.ts'
import { FakeClock } from './fake-clock.ts'

function exchange(name: string, method = 'GET'): Exchange {
  const head = `${method} ${name} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer s3cret\r\n\r\n`
  return anExchange({ method, name, head, requestBytes: 4, startedAt: 10, endedAt: 12.5 })
}

const answer = (status: number, head = ''): HttpResponse =>
  new HttpResponse(status, `HTTP/1.1 ${status} X\r\n${head}`, 'body', 4, 2)

test('an answer below 400 succeeded, one from 400 failed, a transport error failed', () => {
  const recorder = new Recorder(new FakeClock())
  const all = [exchange('/a'), exchange('/a'), exchange('/a'), exchange('/a')] as const
  for (const each of all) recorder.started(each)
  assert.equal(recorder.inFlight, 4)
  recorder.answered(all[0], answer(399))
  recorder.answered(all[1], answer(400))
  recorder.failed(all[2], new TransportError('timed-out', '5 s'))
  recorder.failed(all[3], new TransportError('interrupted'))
  assert.deepEqual([recorder.inFlight, recorder.ended], [0, 4])
  const { requests, counts, failures } = recorder.take()
  const stats = RequestStats.fromWire(requests[0]!.stats)
  assert.deepEqual(
    [stats.succeeded.count, stats.failed.count, stats.responseBytes, stats.requestBytes],
    [1, 2, 8, 12],
  )
  assert.equal(stats.failed.maxMs, 2.5)
  assert.deepEqual(counts, { ...noCounts(), scheduled: 4, timedOut: 1, interrupted: 1 })
  assert.deepEqual(
    failures.map(([, { what }]) => what.signature),
    ['400 body', 'timed-out: the answer was not whole in time (5 s)'],
  )
})

/** A check or what it accepts, of which status, and why the request has failed. */
const JUDGED: [Judging, number, string | undefined][] = [
  [{ accept: [404] }, 404, undefined],
  [{ accept: [404] }, 409, '409 body'],
  [{ check: () => undefined }, 200, undefined],
  [{ check: ({ status }) => status === 200 }, 200, undefined],
  [{ check: () => false }, 200, 'the check failed'],
  [{ check: () => 'no basket' }, 200, 'no basket'],
  [{ check: ({ status }) => expect(status, 'status').toBe(201) }, 200, 'expected status to be 201, got 200'],
  [
    { check: ({ status }) => assert.equal(status, 201) },
    200,
    'Expected values to be strictly equal: 200 !== 201',
  ],
  [{ check: (response) => response.json() }, 200, 'expected JSON in an answer with status 200, got "body"'],
  [{ check: async () => false }, 200, 'the check answered a promise: it has to judge at once, without await'],
  [{ check: () => 'x'.repeat(1_000) }, 200, `${'x'.repeat(200)}…`],
  [{ check: () => assert.fail('never asked') }, 500, '500 body'],
  [{ accept: [404], check: ({ status }) => `asked of ${status}` }, 404, 'asked of 404'],
]

for (const [judging, status, reason] of JUDGED) {
  test(`judged before it is counted: ${status}, ${reason ?? 'succeeded'}`, () => {
    const recorder = new Recorder(new FakeClock())
    recorder.answered({ ...exchange('/a'), judging }, answer(status))
    const { requests, failures } = recorder.take()
    const { succeeded, failed } = RequestStats.fromWire(requests[0]!.stats)
    assert.deepEqual([succeeded.count, failed.count], reason === undefined ? [1, 0] : [0, 1])
    assert.equal(failures[0]?.[1].what.signature, reason)
    assert.equal(failures[0]?.[1].what.example?.response?.body, reason && 'body')
  })
}

test('what was taken is not taken again', () => {
  const recorder = new Recorder(new FakeClock())
  recorder.started(exchange('/a'))
  recorder.answered(exchange('/a'), answer(500))
  recorder.exception('Visitor', 'home', new Error('no'))
  recorder.take()
  const { requests, failures, exceptions, counts } = recorder.take()
  assert.deepEqual([requests, failures, exceptions, counts.scheduled], [[], [], [], 0])
  assert.equal(recorder.answers > 0, true)
})

test('names that differ in a secret only are one, which takes the place of one name, and of one in the evidence', () => {
  const recorder = new Recorder(new FakeClock(), new Evidence(1, 0), new Redaction(['visitor']))
  for (let i = 0; i < 1_500; i++) {
    const sent = exchange(`/a?token=${i}&visitor=v${i}`)
    if (i % 3 > 0) recorder.answered(sent, answer(500))
    else recorder.answered(sent, answer(200, 'Server-Timing: db;dur=2\r\n'))
  }
  const { requests, failures, evidence, serverTimings } = recorder.take()
  const name = '/a?token=[redacted]&visitor=[redacted]'
  assert.deepEqual([...new Set([...requests, ...evidence, ...serverTimings!].map((of) => of.name))], [name])
  assert.deepEqual(
    failures.map(([, { what, count }]) => [what.name, count]),
    [[name, 1_000]],
  )
  const counts = evidence.map(({ outcome, count }) => [outcome, count] as const)
  assert.deepEqual(
    counts.toSorted(([a], [b]) => a.localeCompare(b)).filter(([, count]) => count > 0),
    [
      ['failed', 1_000],
      ['passed', 500],
    ],
  )
})

test('names are bounded: past a thousand all others are counted under one, and none is lost', () => {
  const recorder = new Recorder(new FakeClock())
  for (let i = 0; i < 3_000; i++)
    recorder.answered(exchange(`/students/${i}`), answer(i % 2 === 0 ? 200 : 404))
  const { requests, failures } = recorder.take()
  assert.equal(requests.length, 1_001)
  const others = requests.find(({ name }) => name === '(other names: give the request a name)')!
  assert.equal(RequestStats.fromWire(others.stats).count, 2_000)
  assert.ok(failures.length <= 201, `${failures.length} signatures`)
  assert.equal(
    failures.reduce((sum, [, { count }]) => sum + count, 0),
    1_500,
  )
})

test('exceptions that differ in every message are bounded, and none is lost', () => {
  const recorder = new Recorder(new FakeClock())
  for (let i = 0; i < 1_000; i++) recorder.exception('Visitor', 'home', new Error(`id ${i}`))
  const { exceptions } = recorder.take()
  assert.equal(exceptions.length, 201)
  assert.equal(
    exceptions.reduce((sum, [, { count }]) => sum + count, 0),
    1_000,
  )
  assert.equal(exceptions.at(-1)![1].what.message, 'other exceptions')
})

test('the first reason for want of an answer is kept', () => {
  const recorder = new Recorder(new FakeClock())
  recorder.failed(exchange('/a'), new TransportError('connection-refused'))
  recorder.failed(exchange('/a'), new TransportError('timed-out'))
  assert.equal(recorder.firstError?.code, 'connection-refused')
  assert.equal(recorder.answers, 0)
})
