import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseStat } from '../cpu-time.ts'
import { measure } from '../measurement.ts'

test('cost is CPU time over requests, both between the readings', () => {
  const measurement = measure(
    { atMs: 2_000, requests: 100_000, userMs: 400, systemMs: 1_000 },
    { atMs: 7_000, requests: 500_000, userMs: 1_400, systemMs: 5_000 },
  )
  assert.deepEqual(measurement, {
    cpuMicroseconds: 12.5,
    userMicroseconds: 2.5,
    systemMicroseconds: 10,
    requestsPerSecond: 80_000,
    busy: 1,
    requests: 400_000,
    windowMs: 5_000,
  })
})

test('stat counts the dead children in, and survives a command full of parentheses', () => {
  const stat = '42 (a) b (c)) S 1 40 40 0 -1 4194304 1 0 0 0 11 22 3 4 20 0 7 0 100 1 1'
  assert.deepEqual(parseStat(stat), { group: 40, userMs: 140, systemMs: 260 })
})
