import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestStats } from '../../src/stats/request-stats.ts'

test('succeeded and failed are counted apart, and all is their merge', () => {
  const stats = statsOf({ succeeded: [1, 3], failed: [20] })
  assert.deepEqual([stats.count, stats.succeeded.count, stats.failed.count], [3, 2, 1])
  const all = stats.all()
  assert.deepEqual([all.count, all.minMs, all.maxMs, all.meanMs], [3, 1, 20, 8])
  all.record(50)
  assert.equal(stats.count, 3, 'all is a histogram of its own')
})

test('a merge adds durations and bytes, and leaves the other as it was', () => {
  const ours = statsOf({ succeeded: [1], failed: [2], responseBytes: 10, requestBytes: 1 })
  const theirs = statsOf({ succeeded: [3, 4], failed: [5], responseBytes: 200, requestBytes: 20 })
  const before = theirs.toWire()
  ours.merge(theirs)
  const whole = { succeeded: [1, 3, 4], failed: [2, 5], responseBytes: 210, requestBytes: 21 }
  assert.deepEqual(ours.toWire(), statsOf(whole).toWire())
  assert.deepEqual(theirs.toWire(), before)
})

test('clear forgets all, and what comes next is counted from nothing', () => {
  const stats = statsOf({ succeeded: [1], failed: [2], responseBytes: 10, requestBytes: 1 })
  stats.clear()
  assert.deepEqual(stats.toWire(), new RequestStats().toWire())
  stats.succeeded.record(9)
  assert.deepEqual([stats.count, stats.all().minMs], [1, 9])
})

test('the wire carries everything, also nothing', () => {
  const full = statsOf({ succeeded: [0.25, 17], failed: [30_000], responseBytes: 2 ** 40, requestBytes: 3 })
  for (const stats of [full, new RequestStats()]) {
    const arrived = RequestStats.fromWire(structuredClone(stats.toWire()))
    assert.deepEqual(arrived.toWire(), stats.toWire())
    assert.equal(arrived.count, stats.count)
    arrived.failed.record(1)
    assert.equal(arrived.failed.minMs, 1)
  }
})

test('what was taken to the wire does not change with what is recorded later', () => {
  const stats = statsOf({ succeeded: [5], failed: [] })
  const wire = stats.toWire()
  stats.clear()
  stats.succeeded.record(80)
  assert.equal(RequestStats.fromWire(wire).succeeded.maxMs, 5)
})

interface Given {
  succeeded: number[]
  failed: number[]
  responseBytes?: number
  requestBytes?: number
}

function statsOf({ succeeded, failed, responseBytes = 0, requestBytes = 0 }: Given): RequestStats {
  const stats = new RequestStats()
  for (const ms of succeeded) stats.succeeded.record(ms)
  for (const ms of failed) stats.failed.record(ms)
  stats.responseBytes = responseBytes
  stats.requestBytes = requestBytes
  return stats
}
