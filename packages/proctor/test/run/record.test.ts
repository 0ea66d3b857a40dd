import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noCounts } from '../../src/engine/snapshot.ts'
import type { Plan } from '../../src/engine/plan.ts'
import { runRecord } from '../../src/run/record.ts'
import { Timeline } from '../../src/run/timeline.ts'
import { ThresholdWatch } from '../../src/run/threshold-watch.ts'
import { parseThresholds } from '../../src/threshold/parse-thresholds.ts'
import { toReport } from '../../src/report/report.ts'
import { Histogram } from '../../src/stats/histogram.ts'
import { RequestStats } from '../../src/stats/request-stats.ts'
import { AT_EASE, NOBODY, SOUND } from './generator-fixture.ts'

const plan: Plan = {
  scenario: '/home/me/tests/students.ts',
  host: 'http://127.0.0.1:5000',
  load: { kind: 'closed', users: 2, spawnRate: 1, durationMs: 2_000, stages: null, iterations: null },
  isLoadGiven: true,
  workers: 1,
  seed: 7,
  userAgent: 'x',
  stopTimeoutMs: 0,
  requestTimeoutMs: 0,
  traceSampledShare: null,
}
const facts = {
  runId: 'id',
  plan,
  startedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  durationMs: 2_000.4567,
  drainMs: 40,
  cpuMicroseconds: 900,
  steering: [],
  abortReason: null,
}

function filled(): Timeline {
  const stats = new RequestStats()
  stats.succeeded.record(1.23456789)
  stats.succeeded.record(2)
  stats.failed.record(30)
  stats.responseBytes = 300
  stats.requestBytes = 30
  const timeline = new Timeline()
  const seen = { firstSeen: facts.startedAt, lastSeen: facts.startedAt + 1_500 }
  timeline.add({
    second: 0,
    elapsedMs: 1_000,
    users: 2,
    ...NOBODY,
    inFlight: 1,
    requests: [{ method: 'GET', name: '/a', stats: stats.toWire() }],
    failures: [
      ['a', { what: { method: 'GET', name: '/a', signature: 'rare', example: null }, count: 1, ...seen }],
      ['b', { what: { method: 'GET', name: '/a', signature: 'often', example: null }, count: 5, ...seen }],
    ],
    evidence: [],
    exceptions: [['e', { what: { user: 'V', task: 't', message: 'm', stack: 's' }, count: 1, ...seen }]],
    counts: { ...noCounts(), scheduled: 4, timedOut: 1, interrupted: 1 },
    slip: new Histogram().toWire(),
    generator: { ...AT_EASE, eventLoopUtilization: 0.25 },
  })
  return timeline
}

const thresholds = new ThresholdWatch(parseThresholds('GET /a average<50us')).end(filled(), 2)
const report = toReport(runRecord(facts, filled(), thresholds, SOUND), [])
const empty = toReport(runRecord(facts, new Timeline(), [], SOUND), [])

const LATENCIES = ['medianMs', 'averageMs', 'minMs', 'maxMs', 'p90Ms', 'p95Ms', 'p99Ms', 'p999Ms']
const FIGURES = [
  'count',
  'failures',
  ...LATENCIES,
  'averageBytes',
  'averageWireBytes',
  'averageRequestBytes',
  'perSecond',
  'failuresPerSecond',
  'service',
  'succeeded',
  'failed',
  'phases',
  'histogram',
]

/** The contract of DESIGN.md, key by key. */
const CONTRACT: [string, (from: typeof report) => object, string[]][] = [
  [
    'the report',
    (from) => from,
    [
      'schema',
      'runId',
      'startedAt',
      'durationSeconds',
      'drainSeconds',
      'host',
      'scenario',
      'seed',
      'serverTimings',
      'arguments',
      'load',
      'steering',
      'abortReason',
      'transactions',
      'metrics',
      'environment',
      'requests',
      'total',
      'timeline',
      'failures',
      'evidence',
      'exemplars',
      'exceptions',
      'thresholds',
      'findings',
      'generator',
    ],
  ],
  [
    'environment',
    (from) => from.environment,
    ['proctorVersion', 'node', 'os', 'cpus', 'memoryBytes', 'label'],
  ],
  ['requests[]', (from) => from.requests[0]!, ['method', 'name', ...FIGURES]],
  ['total', (from) => from.total, [...FIGURES, ...Object.keys(noCounts())]],
  ['service', (from) => from.total.service, LATENCIES],
  ['succeeded', (from) => from.total.succeeded, LATENCIES],
  ['failed', (from) => from.total.failed, LATENCIES],
  [
    'phases',
    (from) => from.total.phases,
    ['blocked', 'dns', 'connect', 'tls', 'sending', 'waiting', 'receiving'],
  ],
  ['phases.waiting', (from) => from.total.phases.waiting, ['count', 'totalMs', 'averageMs']],
  ['phases.connect', (from) => from.total.phases.connect, ['count', 'totalMs', ...LATENCIES]],
  [
    'timeline[]',
    (from) => from.timeline[0]!,
    ['elapsedMs', 'second', 'users', 'inFlight', 'requests', 'total', 'generator'],
  ],
  [
    'thresholds[]',
    (from) => from.thresholds[0]!,
    [
      'expression',
      'request',
      'metric',
      'operator',
      'limit',
      'unit',
      'windowSeconds',
      'state',
      'value',
      'reason',
      'firstMissed',
      'nearestRequest',
      'endedRun',
    ],
  ],
  [
    'failures[]',
    (from) => from.failures[0]!,
    ['method', 'name', 'signature', 'count', 'firstSeen', 'lastSeen', 'seconds', 'example'],
  ],
  [
    'generator',
    (from) => from.generator,
    [
      'verdict',
      'reasons',
      'signals',
      'littlesLaw',
      'cpuMicrosecondsPerRequest',
      'eventLoopUtilization',
      'slipP99Ms',
    ],
  ],
]

for (const [what, of, keys] of CONTRACT) {
  test(`${what} has the contract's keys`, () => {
    assert.deepEqual(Object.keys(of(report)).toSorted(), keys.toSorted())
  })
}

test('its values are of the kinds it promises', () => {
  assert.deepEqual(
    [report.schema, report.scenario, report.startedAt],
    ['proctor/run@1', 'students.ts', '2026-01-02T03:04:05.006Z'],
  )
  assert.equal(report.durationSeconds, 2)
  assert.deepEqual(report.load, facts.plan.load)
  assert.equal(report.failures[0]!.firstSeen, '2026-01-02T03:04:05.006Z')
  assert.equal(report.failures[0]!.lastSeen, '2026-01-02T03:04:06.506Z')
  assert.deepEqual(JSON.parse(JSON.stringify(report)), report)
})

test('figures cover the failed, too, to the microsecond', () => {
  const { count, failures, minMs, maxMs, averageMs, averageBytes, averageRequestBytes, succeeded, failed } =
    report.total
  assert.deepEqual(
    [count, failures, minMs, maxMs, averageBytes, averageRequestBytes],
    [3, 1, 1.235, 30, 100, 10],
  )
  assert.equal(averageMs, 11.078)
  assert.deepEqual([succeeded.maxMs, failed.minMs], [2, 30])
  assert.ok(Math.abs(report.total.perSecond - 1.5) < 0.001)
})

test('buckets of the histogram count every request', () => {
  const { scale, unit, buckets } = report.total.histogram
  assert.deepEqual([scale, unit], [7, 's'])
  assert.equal(
    buckets.reduce((sum, [, count]) => sum + count, 0),
    3,
  )
  // Bucket i holds 2^(i/128) < seconds ≤ 2^((i+1)/128): 30 ms is in the last.
  const [index] = buckets.at(-1)!
  assert.ok(2 ** (index / 128) < 0.03 && 0.03 <= 2 ** ((index + 1) / 128))
})

test('a threshold has its value beside its limit, in the same unit', () => {
  const [threshold] = report.thresholds
  assert.deepEqual(
    [threshold?.request, threshold?.limit, threshold?.value, threshold?.unit, threshold?.state],
    ['GET /a', 0.05, 11.078, 'ms', 'missed'],
  )
})

test('the most frequent failure stands first', () => {
  assert.deepEqual(
    report.failures.map(({ signature }) => signature),
    ['often', 'rare'],
  )
})

test('where nothing was asked there is null, not nothing and not 0', () => {
  for (const figures of [empty.total, empty.total.service, empty.total.succeeded, empty.total.failed]) {
    for (const key of LATENCIES) assert.equal((figures as unknown as Record<string, unknown>)[key], null, key)
  }
  const { count, averageBytes, averageRequestBytes, perSecond } = empty.total
  assert.deepEqual([count, averageBytes, averageRequestBytes, perSecond], [0, null, null, 0])
  assert.deepEqual(
    [empty.requests, empty.timeline, empty.failures, empty.exceptions, empty.findings, empty.thresholds],
    [[], [], [], [], [], []],
  )
  assert.deepEqual(
    [empty.generator.cpuMicrosecondsPerRequest, empty.generator.eventLoopUtilization],
    [null, null],
  )
})
