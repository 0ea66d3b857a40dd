import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseThresholds } from '../../src/threshold/parse-thresholds.ts'
import type { Threshold } from '../../src/threshold/threshold.ts'
import { ThresholdError } from '../../src/threshold/threshold-error.ts'

/** What stands in every one that says nothing else. */
const PLAIN = { request: null, windowSeconds: null, abort: false }

const p99 = { name: 'p99', kind: 'percentile', quantile: 0.99, time: 'response' } as const
const under = (limit: number) => ({ operator: '<', limit, unit: 'ms' }) as const

const READ: Record<string, Omit<Threshold, 'expression'>> = {
  'p99<200ms': { ...PLAIN, figure: p99, ...under(200) },
  'p99 < 200 ms': { ...PLAIN, figure: p99, ...under(200) },
  'p99.9<1.5s': {
    ...PLAIN,
    figure: { name: 'p99.9', kind: 'percentile', quantile: 99.9 / 100, time: 'response' },
    ...under(1500),
  },
  'median<500us': {
    ...PLAIN,
    figure: { name: 'median', kind: 'percentile', quantile: 0.5, time: 'response' },
    ...under(0.5),
  },
  'service average<32.3s': {
    ...PLAIN,
    figure: { name: 'service average', kind: 'average', time: 'service' },
    ...under(32_300),
  },
  'min>=0ms': {
    ...PLAIN,
    figure: { name: 'min', kind: 'min', time: 'response' },
    operator: '>=',
    limit: 0,
    unit: 'ms',
  },
  'max<=50µs': {
    ...PLAIN,
    figure: { name: 'max', kind: 'max', time: 'response' },
    operator: '<=',
    limit: 0.05,
    unit: 'ms',
  },
  'failures<0.5%': {
    ...PLAIN,
    figure: { name: 'failures', kind: 'failures' },
    operator: '<',
    limit: 0.5,
    unit: '%',
  },
  'failures<=5': {
    ...PLAIN,
    figure: { name: 'failures', kind: 'failures' },
    operator: '<=',
    limit: 5,
    unit: '',
  },
  'requests>1000': {
    ...PLAIN,
    figure: { name: 'requests', kind: 'requests' },
    operator: '>',
    limit: 1000,
    unit: '',
  },
  'rate>99.5/s': {
    ...PLAIN,
    figure: { name: 'rate', kind: 'rate' },
    operator: '>',
    limit: 99.5,
    unit: '/s',
  },
  'GET /students p99<200ms': {
    ...PLAIN,
    request: { method: 'GET', name: '/students' },
    figure: p99,
    ...under(200),
  },
  '/students p99<200ms': {
    ...PLAIN,
    request: { method: null, name: '/students' },
    figure: p99,
    ...under(200),
  },
  '"list of students" service p99<200ms': {
    ...PLAIN,
    request: { method: null, name: 'list of students' },
    figure: { ...p99, name: 'service p99', time: 'service' },
    ...under(200),
  },
  [`POST 'a "new", <one>' p99<200ms`]: {
    ...PLAIN,
    request: { method: 'POST', name: 'a "new", <one>' },
    figure: p99,
    ...under(200),
  },
  '"all" p99<200ms': { ...PLAIN, request: { method: null, name: 'all' }, figure: p99, ...under(200) },
  '"GET" p99<200ms': { ...PLAIN, request: { method: null, name: 'GET' }, figure: p99, ...under(200) },
  'all p99<200ms': { ...PLAIN, figure: p99, ...under(200) },
  'p99<200ms over 10s': { ...PLAIN, figure: p99, ...under(200), windowSeconds: 10 },
  'p99<200ms abort': { ...PLAIN, figure: p99, ...under(200), abort: true },
  'p99<200ms over 2m abort': { ...PLAIN, figure: p99, ...under(200), windowSeconds: 120, abort: true },
  'requests>1000 over 1m abort': {
    request: null,
    figure: { name: 'requests', kind: 'requests' },
    operator: '>',
    limit: 1000,
    unit: '',
    windowSeconds: 60,
    abort: true,
  },
  'metric orders sum>=100': {
    ...PLAIN,
    figure: { name: 'metric orders sum', kind: 'metric', metric: 'orders', statistic: { of: 'sum' } },
    operator: '>=',
    limit: 100,
    unit: '',
  },
  'metric orders rate>1.5/s': {
    ...PLAIN,
    figure: { name: 'metric orders rate', kind: 'metric', metric: 'orders', statistic: { of: 'rate' } },
    operator: '>',
    limit: 1.5,
    unit: '/s',
  },
  'metric "paid at once" share>99% abort': {
    ...PLAIN,
    figure: {
      name: 'metric paid at once share',
      kind: 'metric',
      metric: 'paid at once',
      statistic: { of: 'share' },
    },
    operator: '>',
    limit: 99,
    unit: '%',
    abort: true,
  },
  'metric basket median<2.5': {
    ...PLAIN,
    figure: {
      name: 'metric basket median',
      kind: 'metric',
      metric: 'basket',
      statistic: { of: 'percentile', quantile: 0.5 },
    },
    operator: '<',
    limit: 2.5,
    unit: '',
  },
  'metric balance last<0': {
    ...PLAIN,
    figure: { name: 'metric balance last', kind: 'metric', metric: 'balance', statistic: { of: 'last' } },
    operator: '<',
    limit: 0,
    unit: '',
  },
  'metric p99<200ms': { ...PLAIN, request: { method: null, name: 'metric' }, figure: p99, ...under(200) },
  'p99<200ms abort over 2m': { ...PLAIN, figure: p99, ...under(200), windowSeconds: 120, abort: true },
}

for (const [text, threshold] of Object.entries(READ)) {
  test(`reads ${text}`, () => {
    assert.deepEqual(parseThresholds(` ${text}\n`), [{ expression: text, ...threshold }])
  })
}

test('several by comma, each for itself', () => {
  const text = `rate>1/s,GET /a p99<1s over 5s abort , all failures<1%, max<2s, '"b", c' p95<1s`
  assert.deepEqual(
    parseThresholds(text).map(({ expression, request, windowSeconds, abort }) => [
      expression,
      request?.name,
      windowSeconds,
      abort,
    ]),
    [
      ['rate>1/s', undefined, null, false],
      ['GET /a p99<1s over 5s abort', '/a', 5, true],
      ['all failures<1%', undefined, null, false],
      ['max<2s', undefined, null, false],
      [`'"b", c' p95<1s`, '"b", c', null, false],
    ],
  )
})

const FIGURES = 'one of p50 … p99.9, median, average, min, max, failures, requests, rate'
const METRIC_FIGURES = 'one of sum, rate, last, share, count, p50 … p99.9, median, average, min, max'
const TIME = 'a duration such as 200ms, 1.5s or 500us'
const EXAMPLE = 'a condition such as p99<200ms or failures<1%'
const WINDOW = 'a window of whole seconds from 1s to 10m'
const CLAUSES = '"over 10s", "abort" or a comma'
const QUOTE = 'a name and the quote that closes it'

/** What was expected, and at which character which word stood instead; the end where none did. */
const REFUSED: [text: string, expected: string, at?: number, got?: string][] = [
  ['p99', EXAMPLE, 1, 'p99'],
  ['p99=200ms', EXAMPLE, 1, 'p99=200ms'],
  ['p99<1s,', EXAMPLE],
  [',p99<1s', EXAMPLE, 1, ','],
  ['p99<1s,,p95<1s', EXAMPLE, 8, ','],
  ['<200ms', FIGURES, 1, '<'],
  ['p<200ms', FIGURES, 1, 'p'],
  ['p0<200ms', FIGURES, 1, 'p0'],
  ['p101<200ms', FIGURES, 1, 'p101'],
  ['P99<200ms', FIGURES, 1, 'P99'],
  ['avg<200ms', FIGURES, 1, 'avg'],
  ['GET /a constructor<200ms', FIGURES, 8, 'constructor'],
  ['"p99"<200ms', FIGURES, 1, 'p99'],
  ['service failures<1%', 'a time, such as p99 or average, after service', 9, 'failures'],
  ['p99<', TIME],
  ['p99<200', TIME, 5, '200'],
  ['p99<fast', TIME, 5, 'fast'],
  ['p99<-5ms', TIME, 5, '-5ms'],
  ['p99<1e3ms', TIME, 5, '1e3ms'],
  ['p99<1constructor', TIME, 5, '1constructor'],
  ['p99<5%', TIME, 5, '5%'],
  ['p99<200 m s s', TIME, 5, '200 m s s'],
  [`p99<${'9'.repeat(20)}ms`, TIME, 5, `${'9'.repeat(20)}ms`],
  ['p99< over 10s', TIME, 6, 'over 10s'],
  ['p99<<200ms', TIME, 5, '< 200ms'],
  ['p99<200ms p95<100ms', 'a comma between two conditions', 11, 'p95'],
  ['/a p99<1s, max<2s', 'a request or "all", since a request is named before,', 12, 'max'],
  ['failures<1ms', 'a share such as 1%, or a whole number', 10, '1ms'],
  ['failures<1.5', 'a share such as 1%, or a whole number', 10, '1.5'],
  ['failures<101%', 'a share of at most 100%', 10, '101%'],
  ['requests>1.5', 'a whole number', 10, '1.5'],
  ['rate>100', 'requests a second such as 100/s', 6, '100'],
  ['failures<0%', 'a limit that can be kept to', 10, '0%'],
  ['failures>100%', 'a limit that can be kept to', 10, '100%'],
  ['p99<0ms', 'a limit that can be kept to', 5, '0ms'],
  ['GET p99<1s', 'a name behind the method, such as GET /students,', 1, 'GET'],
  ['get /a p99<1s', 'a method such as GET, or quotes around the whole name,', 1, 'get'],
  ['"GET" /a p99<1s', 'a method such as GET, or quotes around the whole name,', 1, 'GET'],
  ['list of students p99<1s', 'quotes around a name that holds spaces', 1, 'list'],
  ['"list of p99<1s', QUOTE, 1, '"list of p99<1s'],
  ['"" p99<1s', QUOTE, 1, '"" p99<1s'],
  ['p99<1s over', WINDOW],
  ['p99<1s over 500ms', WINDOW, 13, '500ms'],
  ['p99<1s over 0s', WINDOW, 13, '0s'],
  ['p99<1s over 11m', WINDOW, 13, '11m'],
  ['p99<1s over abort', WINDOW, 13, 'abort'],
  ['p99<1s over 5s over 6s', CLAUSES, 16, 'over'],
  ['p99<1s abort abort', CLAUSES, 14, 'abort'],
  ['p99<1s abort now', CLAUSES, 14, 'now'],
  ['metric orders p<5', METRIC_FIGURES, 15, 'p'],
  ['metric orders placed sum<5', 'quotes around a name that holds spaces', 8, 'orders'],
  ['metric orders sum<5%', 'a number', 19, '5%'],
  ['metric orders rate<5', 'so much a second, such as 100/s', 20, '5'],
  ['metric paid share>0.5', 'a share such as 95%', 19, '0.5'],
  ['metric paid share<0%', 'a limit that can be kept to', 19, '0%'],
  ['metric orders sum>9 abort', 'no abort: so many are only there at the end,', 19, '9'],
  ['metric orders sum<9 over 5s', 'no window: metrics are judged over the whole run,', 19, '9'],
  ['requests>9 abort', 'a window, such as "over 10s": so many are only there at the end,', 10, '9'],
]

for (const [text, expected, at, got] of REFUSED) {
  test(`refuses ${text}`, () => {
    const quoted = JSON.stringify(text)
    const message =
      at === undefined
        ? `expected ${expected} at the end of ${quoted}`
        : `expected ${expected} at character ${at} of ${quoted}, got ${JSON.stringify(got)}`
    assert.throws(() => parseThresholds(text), { name: 'ThresholdError', message })
  })
}

test('refuses nothing, in words', () => {
  for (const text of ['', '  \n'])
    assert.throws(() => parseThresholds(text), { message: `expected ${EXAMPLE} and got nothing` })
})

test('what is huge is refused soon, and its message is short', () => {
  const huge = [
    `p99<${'1'.repeat(1e6)}`,
    '"'.padEnd(1e6, 'a'),
    'a '.repeat(5e5),
    'p99<1s,'.repeat(1e5) + 'p99<1s',
  ]
  const before = process.cpuUsage()
  for (const text of huge) {
    assert.throws(
      () => parseThresholds(text),
      (error) => error instanceof ThresholdError && error.message.length < 700,
    )
  }
  const { user, system } = process.cpuUsage(before)
  assert.ok(user + system < 5_000_000, `${user + system} µs`)
})
