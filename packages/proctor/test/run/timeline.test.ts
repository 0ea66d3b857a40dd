import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Snapshot } from '../../src/engine/snapshot.ts'
import { latencyFigures } from '../../src/run/figures.ts'
import { Timeline } from '../../src/run/timeline.ts'
import { Random } from '../../src/scenario/random.ts'
import { Histogram } from '../../src/stats/histogram.ts'
import { RequestStats } from '../../src/stats/request-stats.ts'
import { AT_EASE } from './generator-fixture.ts'

interface Request {
  second: number
  name: string
  ms: number
  failed: boolean
}

const NAMES = ['/b', '/a', '/c']
const random = new Random(1, 'timeline')
const requests: Request[] = Array.from({ length: 5_000 }, () => ({
  second: random.integer(0, 9),
  name: random.pick(NAMES),
  ms: random.float(0.1, 400, 6),
  failed: random.chance(0.1),
}))

function statsOf(some: readonly Request[]): RequestStats {
  const stats = new RequestStats()
  for (const { ms, failed } of some) (failed ? stats.failed : stats.succeeded).record(ms)
  stats.responseBytes = some.length * 10
  return stats
}

function snapshot(second: number): Snapshot {
  const mine = requests.filter((request) => request.second === second)
  const failed = mine.filter(({ failed: any }) => any).length
  const failure = { method: 'GET', name: '/a', signature: '500 Internal Server Error', example: null }
  return {
    second,
    elapsedMs: (second + 1) * 1_000,
    users: second,
    inFlight: 1,
    flight: { inFlightMs: 1_500, connectingMs: 2, interruptedMs: 1 },
    arrivals: { offered: 100, achieved: 98 },
    requests: NAMES.map((name) => ({
      method: 'GET',
      name,
      stats: statsOf(mine.filter((request) => request.name === name)).toWire(),
    })),
    failures: [
      ['key', { what: failure, count: failed, firstSeen: second * 1_000, lastSeen: second * 1_000 + 900 }],
    ],
    evidence: [],
    exceptions: [],
    counts: {
      scheduled: mine.length,
      timedOut: 1,
      missed: 2,
      interrupted: 3,
      outOfPorts: 4,
      outOfFiles: 5,
      tlsHandshakes: 6,
      tlsResumed: 7,
    },
    slip: new Histogram().toWire(),
    generator: { ...AT_EASE, eventLoopUtilization: 0.1 },
  }
}

const timeline = new Timeline()
for (let second = 0; second < 10; second++) timeline.add(snapshot(second))

test('the sum of the seconds is what one histogram of all requests says, bit for bit', () => {
  for (const { name, stats } of timeline.requests) {
    const naive = statsOf(requests.filter((request) => request.name === name))
    assert.deepEqual(latencyFigures(stats.all()), latencyFigures(naive.all()))
    assert.deepEqual([stats.failed.count, stats.responseBytes], [naive.failed.count, naive.responseBytes])
  }
  assert.deepEqual(latencyFigures(timeline.total.all()), latencyFigures(statsOf(requests).all()))
})

test('requests stand by name', () => {
  assert.deepEqual(
    timeline.requests.map(({ name }) => name),
    ['/a', '/b', '/c'],
  )
})

test('the counts of the seconds add up to the totals', () => {
  const counts = timeline.seconds.flatMap((second) => second.requests)
  assert.equal(
    counts.reduce((sum, { count }) => sum + count, 0),
    requests.length,
  )
  assert.equal(
    counts.reduce((sum, { failures }) => sum + failures, 0),
    timeline.total.failed.count,
  )
  assert.deepEqual(timeline.counts, {
    scheduled: requests.length,
    timedOut: 10,
    missed: 20,
    interrupted: 30,
    outOfPorts: 40,
    outOfFiles: 50,
    tlsHandshakes: 60,
    tlsResumed: 70,
  })
})

test('what was in flight adds up, and who was owed is a share of all who were due', () => {
  assert.deepEqual(timeline.flight, { inFlightMs: 15_000, connectingMs: 20, interruptedMs: 10 })
  assert.equal(timeline.seconds[4]!.generator.shortfallShare?.toFixed(6), '0.020000')
})

test('each second has its own figures', () => {
  const naive = latencyFigures(
    statsOf(requests.filter(({ second, name }) => second === 4 && name === '/a')).all(),
  )
  const { users, requests: ofSecond } = timeline.seconds[4]!
  const { medianMs, p95Ms, p99Ms } = ofSecond.find(({ name }) => name === '/a')!
  assert.deepEqual([users, medianMs, p95Ms, p99Ms], [4, naive.medianMs, naive.p95Ms, naive.p99Ms])
})

test('failures of one signature are one group, from the first to the last', () => {
  const [group] = timeline.failures.groups
  assert.deepEqual(
    [timeline.failures.groups.length, group?.count, group?.firstSeen, group?.lastSeen],
    [1, timeline.total.failed.count, 0, 9_900],
  )
})
