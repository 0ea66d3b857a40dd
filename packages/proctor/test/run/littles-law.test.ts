import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FlightSums } from '../../src/engine/flight.ts'
import { littlesLaw } from '../../src/run/littles-law.ts'
import { Timeline } from '../../src/run/timeline.ts'
import { snapshotOf } from '../report/run-fixture.ts'

/** Two seconds with 100 requests of 13 ms each. */
function timelineWith(flight: FlightSums, inFlight = 0): Timeline {
  const timeline = new Timeline()
  for (const second of [0, 1]) {
    timeline.add({ ...snapshotOf(second, [{ name: '/', count: 100 }]), inFlight, flight })
  }
  return timeline
}

test('what was in flight is the rate times the mean time, connections and what was cut off included', () => {
  const flight = { inFlightMs: 1_300 + 40 + 60, connectingMs: 40, interruptedMs: 60 }
  assert.deepEqual(littlesLaw(timelineWith(flight)), { meanInFlight: 1.4, rateTimesTime: 1.4, deviation: 0 })
})

test('a request that was lost, or counted twice, shows', () => {
  const { deviation: lost } = littlesLaw(
    timelineWith({ inFlightMs: 1_625, connectingMs: 0, interruptedMs: 0 }),
  )!
  const { deviation: twice } = littlesLaw(
    timelineWith({ inFlightMs: 1_040, connectingMs: 0, interruptedMs: 0 }),
  )!
  assert.deepEqual([lost.toFixed(3), twice.toFixed(3)], ['0.200', '0.200'])
})

test('nothing is said of a run without requests, or of one that was cut off', () => {
  assert.equal(littlesLaw(new Timeline()), null)
  const flight = { inFlightMs: 1_300, connectingMs: 0, interruptedMs: 0 }
  assert.equal(littlesLaw(timelineWith(flight, 1)), null)
})
