import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Histogram } from '../../src/stats/histogram.ts'
import { distributions, durations } from './durations.ts'

const SAMPLE = durations(distributions['log-normal']!, 10_000, 1)

test('a second of 10,000 log-normal durations crosses the wire in at most 2 KB', (t) => {
  const histogram = new Histogram()
  for (const ms of SAMPLE) histogram.record(ms)
  const { byteLength } = histogram.toWire().buckets
  t.diagnostic(`${byteLength} bytes for 10,000 durations`)
  assert.ok(byteLength <= 2_000, `${byteLength} bytes`)
})

test('a record costs tens of nanoseconds', (t) => {
  const histogram = new Histogram()
  const rounds = Array.from({ length: 30 }, () => nanosecondsPerRecord(histogram))
  const best = Math.min(...rounds)
  t.diagnostic(`${best.toFixed(1)} ns a record`)
  assert.ok(best < 200, `${best} ns`)
})

/** CPU time, which other programs on the machine do not lengthen. */
function nanosecondsPerRecord(histogram: Histogram): number {
  const before = process.cpuUsage()
  for (let round = 0; round < 10; round++) for (const ms of SAMPLE) histogram.record(ms)
  const { user, system } = process.cpuUsage(before)
  return ((user + system) * 1000) / (10 * SAMPLE.length)
}
