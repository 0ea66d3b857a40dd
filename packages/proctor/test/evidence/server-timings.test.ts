import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServerTimings } from '../../src/evidence/server-timings.ts'

const answer = (...headers: string[]): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: 0\r\n${headers.join('\r\n')}`

test('sums what answers say, by request and metric', () => {
  const timings = new ServerTimings()
  timings.read('GET', '/a', answer('Server-Timing: db;dur=2, total;desc="all, of it";dur=5.5'))
  timings.read('GET', '/a', answer('server-timing: total;dur="6.5"', 'Server-Timing: db;dur=4;desc=x'))
  timings.read('POST', '/a', answer('Server-Timing: db;dur=1'))
  assert.deepEqual(timings.records, [
    {
      method: 'GET',
      name: '/a',
      metrics: [
        { metric: 'db', count: 2, averageMs: 3, maxMs: 4 },
        { metric: 'total', count: 2, averageMs: 6, maxMs: 6.5 },
      ],
    },
    { method: 'POST', name: '/a', metrics: [{ metric: 'db', count: 1, averageMs: 1, maxMs: 1 }] },
  ])
})

test('parts merge to the whole', () => {
  const [whole, part, merged] = [new ServerTimings(), new ServerTimings(), new ServerTimings()]
  for (let i = 0; i < 30; i++) {
    const head = answer(`Server-Timing: m${i % 3};dur=${i}`)
    for (const timings of [whole, part]) timings.read('GET', '/a', head)
    if (i % 7 === 0) for (const wire of part.drain()) merged.merge(wire)
  }
  for (const wire of part.drain()) merged.merge(wire)
  assert.deepEqual(merged.records, whole.records)
})

test('what says no duration is passed over, and what is hostile bounded', () => {
  const timings = new ServerTimings()
  for (const value of [
    'miss',
    'db;dur=',
    'db;dur=x',
    'db;dur=-1',
    ';;;,,,',
    '"',
    `${'x'.repeat(60_000)};dur=1`,
    'a;dur=1e99',
  ])
    timings.read('GET', '/a', answer(`Server-Timing: ${value}`))
  assert.deepEqual(
    timings.drain().flatMap(({ metrics }) => metrics.map(({ metric, sumMs }) => [metric.slice(0, 3), sumMs])),
    [
      ['xxx', 1],
      ['a', 1],
    ],
  )
  for (let i = 0; i < 400; i++)
    timings.read(
      'GET',
      `/${i}`,
      answer(`Server-Timing: ${Array.from({ length: 40 }, (_, m) => `m${m};dur=1`).join()}`),
    )
  const wires = timings.drain()
  assert.deepEqual([wires.length, wires[0]!.metrics.length], [100, 16])
})

test('of many answers in a second some are read', () => {
  const timings = new ServerTimings()
  for (let i = 0; i < 5_000; i++) timings.read('GET', '/a', answer('Server-Timing: db;dur=1'))
  assert.equal(timings.drain()[0]!.metrics[0]!.count, 500)
})
