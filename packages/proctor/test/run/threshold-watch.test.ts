import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ThresholdRecord } from '../../src/run/threshold-record.ts'
import { ThresholdWatch } from '../../src/run/threshold-watch.ts'
import { Timeline } from '../../src/run/timeline.ts'
import type { MetricInterval } from '../../src/scenario/metric.ts'
import { Random } from '../../src/scenario/random.ts'
import { Histogram } from '../../src/stats/histogram.ts'
import { parseThresholds } from '../../src/threshold/parse-thresholds.ts'
import { naiveFigure, type Sample, snapshotOf, snapshotsOf } from './naive-run.ts'

/** A timeline that grows a second at a time, and who watches it. */
function watch(conditions: string): {
  watch: ThresholdWatch
  timeline: Timeline
  second: (samples: Sample[]) => void
} {
  const [timeline, thresholds] = [new Timeline(), new ThresholdWatch(parseThresholds(conditions))]
  const second = (samples: Sample[]): void => {
    timeline.add(snapshotOf(samples, timeline.seconds.length))
    thresholds.second(timeline)
  }
  return { watch: thresholds, timeline, second }
}

function recordsOf(conditions: string, seconds: Sample[][]): ThresholdRecord[] {
  const { watch: thresholds, timeline, second } = watch(conditions)
  for (const samples of seconds) second(samples)
  return thresholds.end(timeline, seconds.length)
}

function asked(count: number, { ms = 10, failed = 0, name = '/a', method = 'GET' } = {}): Sample[] {
  return Array.from({ length: count }, (_, i) => ({ second: 0, method, name, ms, failed: i < failed }))
}

const verdict = ({ state, reason, value }: ThresholdRecord) => [state, reason, value]

const NAMES = [
  ['GET', '/a'],
  ['POST', '/a'],
  ['GET', '/b'],
] as const
const FIGURES = [
  'p50',
  'p90',
  'p99',
  'p99.9',
  'median',
  'average',
  'min',
  'max',
  'failures',
  'requests',
  'rate',
]
const WINDOWS = [1, 2, 3, 7]
const SECONDS = 20

/** Bursts and silences: some windows hold nothing. */
function randomRun(random: Random): Sample[] {
  return Array.from({ length: SECONDS }, (_, second) => second).flatMap((second) => {
    const count = random.chance(0.3) ? 0 : random.integer(1, 40)
    const slow = random.chance(0.2) ? 50 : 1
    return Array.from({ length: count }, () => {
      const [method, name] = random.pick(NAMES)
      return { second, method, name, ms: random.float(0.01, 20, 6) * slow, failed: random.chance(0.05) }
    })
  })
}

/** The record by its definition, over raw samples. */
function naiveRecord(record: ThresholdRecord, samples: readonly Sample[]) {
  const { request, metric, unit, operator, limit, windowSeconds } = record
  const own = samples.filter(({ method, name }) => [null, name, `${method} ${name}`].includes(request))
  const length = windowSeconds ?? SECONDS
  const windows = Array.from({ length: SECONDS - length + 1 }, (_, from) => {
    const within = own.filter(({ second }) => second >= from && second < from + length)
    return naiveFigure(metric, unit, within, length)
  })
  const isMissed = (value: number | undefined): boolean =>
    value === undefined ||
    !{ '<': value < limit, '<=': value <= limit, '>': value > limit, '>=': value >= limit }[operator]
  const first = windows.findIndex(isMissed)
  const values = windows.filter((value) => value !== undefined)
  const worst = operator.startsWith('<') ? Math.max(...values) : Math.min(...values)
  return {
    state: first === -1 ? 'held' : 'missed',
    value: values.length === 0 ? null : worst,
    first:
      windowSeconds === null || first === -1
        ? null
        : { second: first + length - 1, value: windows[first] ?? null },
  }
}

function isNear(actual: number | null, expected: number | null): boolean {
  if (actual === null || expected === null) return actual === expected
  return Math.abs(actual - expected) <= 0.003 * expected + 0.0005
}

test('on metrics: each figure of each kind, over all workers and the whole run', () => {
  const { watch: thresholds, timeline } = watch(
    `metric orders sum<=30, metric orders rate>2.9/s, metric queue last<4, metric queue max<9, metric paid share>=75%,
     metric paid count>7, metric items median<3, metric items p99>=4, metric items average<2.6, metric errors sum<1, metric items count>7`,
  )
  const items = new Histogram()
  for (const value of [1, 2, 3, 4]) items.record(value)
  const metrics: MetricInterval[] = [
    { kind: 'counter', name: 'orders', unit: '', sum: 15 },
    { kind: 'counter', name: 'errors', unit: '', sum: 0 },
    { kind: 'gauge', name: 'queue', unit: '', last: 3, lastAt: 1, min: 1, max: 9 },
    { kind: 'rate', name: 'paid', unit: '', trues: 3, count: 4 },
    { kind: 'trend', name: 'items', unit: '', values: items.toWire() },
  ]
  for (const worker of [0, 1]) timeline.add({ ...snapshotOf([], 0), metrics }, worker)
  const records = thresholds.end(timeline, 10)
  assert.deepEqual(
    records.map(({ metric, state, value, unit }) => [
      metric,
      state,
      value === null ? null : Math.round(value * 10) / 10,
      unit,
    ]),
    [
      ['metric orders sum', 'held', 30, ''],
      ['metric orders rate', 'held', 3, '/s'],
      ['metric queue last', 'held', 3, ''],
      ['metric queue max', 'missed', 9, ''],
      ['metric paid share', 'held', 75, '%'],
      ['metric paid count', 'held', 8, ''],
      ['metric items median', 'held', 2, ''],
      ['metric items p99', 'held', 4, ''],
      ['metric items average', 'held', 2.5, ''],
      ['metric errors sum', 'held', 0, ''],
      ['metric items count', 'held', 8, ''],
    ],
  )
})

test('a metric of which nothing was told never passes', () => {
  const [record] = recordsOf('metric paid share>0%', [asked(3)])
  assert.deepEqual(verdict(record!), ['missed', 'no-samples', null])
})

test('property: any threshold agrees with its definition over the raw samples', () => {
  const random = new Random(20, 'thresholds')
  let [held, missed] = [0, 0]
  for (let round = 0; round < 40; round++) {
    const samples = randomRun(random)
    const conditions = Array.from({ length: 40 }, () => randomCondition(random, samples))
    const timeline = new Timeline()
    const thresholds = new ThresholdWatch(parseThresholds(conditions.join(', ')))
    for (const snapshot of snapshotsOf(samples, SECONDS)) {
      timeline.add(snapshot)
      thresholds.second(timeline)
    }
    for (const record of thresholds.end(timeline, SECONDS)) {
      const naive = naiveRecord(record, samples)
      const told = JSON.stringify([record, naive])
      assert.equal(record.state, naive.state, told)
      assert.ok(isNear(record.value, naive.value), told)
      assert.equal(record.firstMissed?.second, naive.first?.second, told)
      assert.ok(isNear(record.firstMissed?.value ?? null, naive.first?.value ?? null), told)
      if (record.state === 'held') held += 1
      else missed += 1
    }
  }
  assert.ok(held > 300 && missed > 300, `${held} held, ${missed} missed`)
})

/** With a limit that some window of the run is near to, and none so near that a bucket's width decides. */
function randomCondition(random: Random, samples: readonly Sample[]): string {
  const [figure, window] = [random.pick(FIGURES), random.pick([null, ...WINDOWS])]
  const [method, name] = random.pick(NAMES)
  const request = random.pick(['all', name, `${method} ${name}`])
  const unit = { failures: random.pick(['%', '']), requests: '', rate: '/s' }[figure] ?? 'ms'
  const own = samples.filter(
    (sample) => request === 'all' || `${sample.method} ${sample.name}`.endsWith(request),
  )
  const length = window ?? SECONDS
  const values = Array.from({ length: SECONDS - length + 1 }, (_, from) =>
    naiveFigure(
      figure,
      unit,
      own.filter(({ second }) => second >= from && second < from + length),
      length,
    ),
  ).filter((value) => value !== undefined)
  const isWhole = unit === ''
  const limits = values.map((value) => value * random.pick([0.7, 0.95, 1.05, 1.5]) + (isWhole ? 1 : 0.0001))
  const clear = limits.filter((limit) => values.every((value) => Math.abs(value - limit) > 0.004 * value))
  const limit = Math.min(unit === '%' ? 99 : Infinity, clear.length === 0 ? 1e6 : random.pick(clear))
  const written = isWhole ? String(Math.round(limit)) : limit.toFixed(6)
  return `${request} ${figure}${random.pick(['<', '<=', '>', '>='])}${written}${unit}${window === null ? '' : ` over ${window}s`}`
}

test('no sample never passes, whatever the figure, over the whole run or a window', () => {
  const conditions = ['p99<1s', 'failures<=5', 'failures<1%', 'requests<10', 'rate<10/s', 'max<1s']
  for (const condition of conditions) {
    assert.deepEqual(recordsOf(condition, [[], []]).map(verdict), [['missed', 'no-samples', null]], condition)
    const windowed = recordsOf(`${condition} over 2s`, [asked(1), asked(1), [], []])
    assert.deepEqual(
      windowed.map(({ state, reason, firstMissed }) => [state, reason, firstMissed]),
      [['missed', 'no-samples', { second: 3, value: null }]],
    )
  }
  assert.deepEqual(recordsOf('p99<1s', []).map(verdict), [['missed', 'no-samples', null]])
})

test('a run shorter than the window is not judged by it, and so missed', () => {
  assert.deepEqual(recordsOf('p99<1s over 3s', [asked(1), asked(1)]).map(verdict), [
    ['missed', 'no-whole-window', null],
  ])
})

test('a name that never occurred: the nearest that did is told', () => {
  const records = recordsOf(
    'GET /studnets p99<1s, /student p99<1s, GET /elsewhere p99<1s, GET /students p99<1s',
    [[...asked(1, { name: '/students' }), ...asked(1, { method: 'POST', name: '/students' })]],
  )
  assert.deepEqual(
    records.map(({ state, nearestRequest }) => [state, nearestRequest]),
    [
      ['missed', 'GET /students'],
      ['missed', '/students'],
      ['missed', null],
      ['held', null],
    ],
  )
})

test('the nearest name is told of what ended the run, too', () => {
  const { watch: thresholds, timeline, second } = watch('GET /aa p99<1s over 1s abort')
  second(asked(1))
  assert.equal(thresholds.end(timeline, 1)[0]?.nearestRequest, 'GET /a')
})

test('a name alone is of every method', () => {
  const second = [
    ...asked(3),
    ...asked(4, { method: 'POST', failed: 1 }),
    ...asked(9, { name: '/b', failed: 9 }),
  ]
  const records = recordsOf('/a requests>=7, /a failures<=1, POST /a requests<=4, all failures<=10', [second])
  assert.deepEqual(
    records.map(({ state, value }) => [state, value]),
    [
      ['held', 7],
      ['held', 1],
      ['held', 4],
      ['held', 10],
    ],
  )
})

test('a window that missed once has missed, whatever follows: when first, and the worst', () => {
  const { watch: thresholds, timeline, second } = watch('failures<10% over 2s')
  for (const failed of [0, 2, 5, 0, 0, 0]) second(asked(10, { failed }))
  assert.equal(thresholds.missed.length, 1)
  const [record] = thresholds.end(timeline, 6)
  assert.deepEqual(
    [record?.state, record?.value, record?.firstMissed, record?.endedRun],
    ['missed', 35, { second: 1, value: 10 }, false],
  )
})

test('missed as things stand: not what only the end can tell', () => {
  const {
    watch: thresholds,
    timeline,
    second,
  } = watch('requests>15, p99<1s over 3s, max<5ms, rate>9/s, /b p99<1s')
  second(asked(10))
  assert.deepEqual(
    thresholds.missed.map(({ expression }) => expression),
    ['max<5ms'],
  )
  second(asked(10, { ms: 2 }))
  assert.deepEqual(
    thresholds.end(timeline, 2).map(({ state }) => state),
    ['held', 'missed', 'missed', 'held', 'missed'],
  )
})

test('a rate is over the time that the seconds took', () => {
  const timeline = new Timeline()
  const thresholds = new ThresholdWatch(parseThresholds('rate>9/s over 2s'))
  for (const [second, elapsedMs] of [1_000, 2_000, 3_500].entries()) {
    timeline.add({ ...snapshotOf(asked(10), second), elapsedMs })
    thresholds.second(timeline)
  }
  assert.deepEqual(
    thresholds.missed.map(({ value }) => value),
    [8],
  )
})

test('abort over the whole run waits five seconds, a window for its own length', () => {
  for (const [condition, endsAt] of [
    ['failures<10% abort', 5],
    ['failures<10% over 2s abort', 2],
    ['failures<10% over 8s abort', 8],
    ['failures<10%, p99<1ms over 3s abort', 3],
    ['failures<10% over 2s', undefined],
    ['failures<60% abort', undefined],
    ['/b p99<1s abort', undefined],
    ['/b p99<1s over 4s abort', 4],
  ] as const) {
    const { watch: thresholds, second } = watch(condition)
    let endedAt: number | undefined
    for (let i = 1; i <= 10; i++) {
      second(asked(10, { failed: 5 }))
      if (thresholds.ending !== undefined) endedAt ??= i
    }
    assert.equal(endedAt, endsAt, condition)
  }
})

test('at the end of the load nothing is left to abort', () => {
  const [timeline, thresholds] = [
    new Timeline(),
    new ThresholdWatch(parseThresholds('max<1ms over 1s abort')),
  ]
  timeline.add(snapshotOf(asked(1), 0))
  thresholds.second(timeline, false)
  const [record] = thresholds.end(timeline, 1)
  assert.deepEqual([thresholds.ending, record?.state, record?.endedRun], [undefined, 'missed', false])
})

test('what ended the run stays missed, though it held in the end', () => {
  const { watch: thresholds, timeline, second } = watch('failures<10% abort')
  for (let i = 0; i < 5; i++) second(asked(2, { failed: 1 }))
  timeline.add(snapshotOf(asked(1000), 5))
  const [record] = thresholds.end(timeline, 5)
  assert.deepEqual([record?.state, record?.value, record?.endedRun], ['missed', 50, true])
})

test('a failure among very many is not written as none', () => {
  const [record] = recordsOf('failures<=0%', [asked(100_000, { failed: 1 })])
  assert.deepEqual([record?.state, record?.value], ['missed', 0.001])
})
