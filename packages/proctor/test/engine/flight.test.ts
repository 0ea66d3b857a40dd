import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addFlight, Flight, NO_FLIGHT } from '../../src/engine/flight.ts'
import type { Exchange } from '../../src/http/exchange.ts'
import { Random } from '../../src/scenario/random.ts'

/** What a request does to the number in flight: asked for, written, ended. */
interface Stay {
  readonly askedAt: number
  readonly startedAt: number
  readonly endedAt: number
  readonly isInterrupted: boolean
}

const random = new Random(3, 'flight')
const stays: Stay[] = Array.from({ length: 2_000 }, () => {
  const askedAt = random.float(0, 9_000)
  const startedAt = askedAt + (random.chance(0.3) ? random.float(0, 20) : 0)
  return {
    askedAt,
    startedAt,
    endedAt: startedAt + random.float(0.1, 300),
    isInterrupted: random.chance(0.1),
  }
})

function end(flight: Flight, stay: Stay): void {
  const exchange = stay as unknown as Exchange
  if (stay.isInterrupted) flight.interrupted(exchange)
  else flight.ended(exchange)
}

const sum = (value: (stay: Stay) => number): number => stays.reduce((all, stay) => all + value(stay), 0)
const isAbout = (got: number, expected: number, what: string): void =>
  assert.ok(Math.abs(got - expected) < 1e-6 * expected, `${what}: ${got}, expected ${expected}`)

test('the area under the number in flight is the sum of all stays, whenever it is taken', () => {
  const flight = new Flight()
  const events = stays.flatMap((stay) => [
    { at: stay.askedAt, happens: () => flight.started(stay.askedAt) },
    {
      at: stay.endedAt,
      happens: () => end(flight, stay),
    },
  ])
  let sums = NO_FLIGHT
  const takings = Array.from({ length: 10 }, (_, second) => {
    const at = (second + 1) * 1_000
    return { at, happens: () => void (sums = addFlight(sums, flight.take(at))) }
  })
  for (const { happens } of [...events, ...takings].toSorted((a, b) => a.at - b.at)) happens()
  assert.equal(flight.inFlight, 0)
  isAbout(
    sums.inFlightMs,
    sum(({ askedAt, endedAt }) => endedAt - askedAt),
    'in flight',
  )
  isAbout(
    sums.connectingMs,
    sum(({ askedAt, startedAt }) => startedAt - askedAt),
    'connecting',
  )
  isAbout(
    sums.interruptedMs,
    sum(({ startedAt, endedAt, isInterrupted }) => (isInterrupted ? endedAt - startedAt : 0)),
    'interrupted',
  )
})

test('one that begins and never ends goes on counting', () => {
  const flight = new Flight()
  flight.started(1_000)
  assert.equal(flight.take(3_000).inFlightMs, 2_000)
  assert.equal(flight.take(4_500).inFlightMs, 1_500)
})
