import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Recorder } from '../../src/engine/recorder.ts'
import type { Exchange } from '../../src/http/exchange.ts'
import { phasesOf } from '../../src/http/phases.ts'
import { HttpResponse } from '../../src/http/response.ts'
import { TransportError } from '../../src/http/transport-error.ts'
import { phaseFigures } from '../../src/run/phase-figures.ts'
import { Random } from '../../src/scenario/random.ts'
import { RequestStats } from '../../src/stats/request-stats.ts'
import { FakeClock } from '../engine/fake-clock.ts'
import { anExchange } from '../http/an-exchange.ts'

const PHASES = ['blocked', 'dns', 'connect', 'tls', 'sending', 'waiting', 'receiving'] as const

for (const load of ['closed', 'open'] as const) {
  test(`figures of all phases against a naive twin, over two workers and ten seconds, in ${load === 'open' ? 'an open' : 'a closed'} load`, () => {
    const random = new Random(7, load)
    const exchanges = Array.from({ length: 2_000 }, () => someExchange(random, load))
    const merged = new RequestStats()
    for (let part = 0; part < 20; part++) {
      const recorder = new Recorder(new FakeClock())
      for (const exchange of exchanges.filter((_, i) => i % 20 === part)) record(recorder, exchange)
      for (const { stats } of recorder.take().requests)
        merged.merge(RequestStats.fromWire(structuredClone(stats)))
    }
    const figures = phaseFigures(merged)
    for (const phase of PHASES) {
      const all = exchanges.map((exchange) => phasesOf(exchange)[`${phase}Ms`])
      const naive = all.reduce((sum: number, ms) => sum + (ms ?? 0), 0)
      assert.ok(
        Math.abs(figures[phase].totalMs - naive) < 0.01,
        `${phase}: ${figures[phase].totalMs}, ${naive}`,
      )
    }
    const written = exchanges.filter((exchange) => phasesOf(exchange).waitingMs !== undefined)
    assert.equal(figures.waiting.count, written.length)
    assert.equal(figures.blocked.count, load === 'open' ? exchanges.length : 0)
    const connects = exchanges.flatMap((exchange) => phasesOf(exchange).connectMs ?? [])
    assert.deepEqual(
      [figures.connect.count, figures.connect.maxMs],
      [connects.length, Math.round(1e3 * Math.max(...connects)) / 1e3],
    )
  })
}

test('phases of nothing are null', () => {
  const { waiting, connect } = phaseFigures(new RequestStats())
  assert.deepEqual(waiting, { count: 0, totalMs: 0, averageMs: null })
  assert.deepEqual([connect.count, connect.totalMs, connect.p99Ms], [0, 0, null])
})

/** Whole microseconds, so that sums are exact: some over new connections, some of which fail. */
function someExchange(random: Random, load: 'open' | 'closed'): Exchange {
  const ms = (): number => random.integer(1, 90_000) / 1_000
  const isNew = random.integer(1, 4) === 1
  const openingAt = 1_000
  const connectedAt = openingAt + ms()
  const openAt = random.integer(1, 2) === 1 ? connectedAt : connectedAt + ms()
  const reaches = isNew ? random.integer(1, 4) : 4
  const startedAt = reaches < 3 ? openingAt : openAt
  const sentAt = random.integer(1, 3) === 1 ? startedAt + ms() : undefined
  const firstByteAt = random.integer(1, 3) === 1 ? (sentAt ?? startedAt) + ms() : undefined
  const connection = {
    openingAt,
    resolvedAt: undefined,
    connectedAt: reaches < 2 ? undefined : connectedAt,
    openAt: reaches < 3 ? undefined : openAt,
    isResumed: undefined,
    remoteAddress: undefined,
    localPort: undefined,
  }
  const message = reaches < 3 ? {} : { sentAt, firstByteAt }
  const last = reaches < 3 ? connectedAt : (firstByteAt ?? sentAt ?? startedAt)
  const dueAt = load === 'open' ? (isNew ? openingAt : startedAt) - ms() : Number.NaN
  return anExchange({ use: isNew ? 1 : 2, connection, dueAt, startedAt, ...message, endedAt: last + ms() })
}

function record(recorder: Recorder, exchange: Exchange): void {
  const { waitingMs } = phasesOf(exchange)
  if (waitingMs === undefined) recorder.failed(exchange, new TransportError('connection-refused'))
  else recorder.answered(exchange, new HttpResponse(200, '', '', 0, 0))
}
