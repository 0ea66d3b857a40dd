import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { renderSummary } from '../../src/report/summary.ts'
import { open } from '../engine/load.ts'
import { recordOf } from './run-fixture.ts'

const seed = recordOf(
  [
    { name: '/students', count: 42 },
    {
      method: 'POST',
      name: '/students',
      count: 20,
      failures: 3,
      ms: 8,
      signature: '409 The e-mail is taken',
    },
  ],
  2,
)

test("the seed's table, percentiles and failures", () => {
  assert.equal(
    renderSummary(seed),
    `124 requests in 2.0 s, 62.0 a second, 6 failures (4.8 %)
students.ts against http://127.0.0.1:5000, 50 users, seed 7

Valid: the generator kept up.

Request         # Requests  # Failures  Median  Average   Min   Max  Avg Size
                                          (ms)     (ms)  (ms)  (ms)   (bytes)
──────────────  ──────────  ──────────  ──────  ───────  ────  ────  ────────
GET /students           84           0    13.0     13.0  13.0  13.0    100.00
POST /students          40           6    8.00     8.00  8.00  8.00    100.00
──────────────  ──────────  ──────────  ──────  ───────  ────  ────  ────────
Aggregated             124           6    13.0     11.4  8.00  13.0    100.00

Request         Requests  Failures   50%   90%   95%   99%  99.9%  100%
                    (/s)      (/s)  (ms)  (ms)  (ms)  (ms)   (ms)  (ms)
──────────────  ────────  ────────  ────  ────  ────  ────  ─────  ────
GET /students       42.0       0.0  13.0  13.0  13.0  13.0   13.0  13.0
POST /students      20.0       3.0  8.00  8.00  8.00  8.00   8.00  8.00
──────────────  ────────  ────────  ────  ────  ────  ────  ─────  ────
Aggregated          62.0       3.0  13.0  13.0  13.0  13.0   13.0  13.0

Times run from the write: in a closed load response and service time are one.

Failures  First seen  Last seen  Request         What came
────────  ──────────  ─────────  ──────────────  ───────────────────────
       6       0.4 s      1.9 s  POST /students  409 The e-mail is taken`.replace(
      '───────────────────────',
      '─────────',
    ),
  )
})

test('fits a terminal of 80 columns', () => {
  for (const line of renderSummary(seed).split('\n')) assert.ok(line.length <= 80, line)
})

test('without a request it says so, and draws no empty table', () => {
  assert.equal(
    renderSummary(recordOf([])),
    `0 requests in 1.0 s, 0.0 a second, 0 failures (0 %)
students.ts against http://127.0.0.1:5000, 50 users, seed 7

Valid: the generator kept up.

No request was answered or failed.`,
  )
})

test('says how many requests the end cut off', () => {
  const record = recordOf([{ name: '/', count: 1 }])
  const cut = { ...record, total: { ...record.total, interrupted: 3 } }
  assert.match(
    renderSummary(cut),
    /^1 request in 1\.0 s, 1\.0 a second, 0 failures \(0 %\), 3 interrupted by the end\n/,
  )
})

test("exceptions, with the scenario's own frames of the most frequent", () => {
  const own = new URL('../../src/engine/virtual-user.ts', import.meta.url).href
  const stack = `TypeError: no basket\n    at Object.buy (file:///home/me/students.ts:3:7)\n    at process.x (node:internal/y:1:1)\n    at VirtualUser.#work (${own}:9:9)`
  const text = renderSummary(
    recordOf([], 1, [{ user: 'Visitor', task: 'buy', message: 'TypeError: no basket', stack }]),
  )
  assert.ok(
    text.endsWith(`Exceptions  First seen  Last seen  Task         What the scenario threw
──────────  ──────────  ─────────  ───────────  ───────────────────────
         1       0.4 s      0.9 s  Visitor buy  TypeError: no basket

The first of them was thrown
  at Object.buy (file:///home/me/students.ts:3:7)`),
    text,
  )
})

test('words of the service and of the scenario move no cursor', () => {
  const evil = '\u001b[2J\u001b]0;title\u0007\r\nnext'
  const text = renderSummary(
    recordOf([{ name: `/${evil}`, count: 2, failures: 1, signature: evil }], 1, [
      { user: evil, task: evil, message: evil, stack: `Error\n    at ${evil} (file:///x.ts:1:1)` },
    ]),
  )
  // oxlint-disable-next-line no-control-regex -- they are what must not be there
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  assert.ok(!text.includes('\nnext'))
})

test('colours say what failed and nothing else, and keep every figure in its place', () => {
  const painted = renderSummary(seed, (tone, text) => (tone === 'bad' ? `\u001b[31m${text}\u001b[39m` : text))
  assert.equal(stripVTControlCharacters(painted), renderSummary(seed))
  const red = painted
    .split('\u001b[31m')
    .slice(1)
    .map((part) => part.split('\u001b')[0]!.trim())
  assert.deepEqual(red, ['6', '6', '6'])
})

test('users that were asked for and never came are told', () => {
  const fewer = { ...seed, load: { ...seed.load, users: 100 } }
  assert.match(renderSummary(fewer), /, 50 of 100 users, seed 7$/m)
})

test('an open load has both clocks, within 80 columns', () => {
  const text = renderSummary({ ...seed, load: open({ arrivalsPerSecond: 62 }) })
  assert.match(
    text,
    /\n\nAbove, response time: since it was due\. Below, service time: since its write\.\nRequest +Average +50% +90% +95% +99% +99\.9% +100%\n[^]*\nAggregated +11\.4 +13\.0 /,
  )
  for (const line of text.split('\n')) assert.ok(line.length <= 80 || line.startsWith('students.ts'), line)
})

test('a run that is void says why and what to do, within 80 columns', () => {
  const reasons = [
    'arrivals began 20 ms late or more at p99 in 3 of 4 seconds (31 ms at worst): raise --threads, or ask for less',
    'a worker was busy for 60 % of the time or more in 4 of 4 seconds (70 % at worst): raise --threads, or ask for less',
  ]
  const text = renderSummary({ ...seed, generator: { ...seed.generator, verdict: 'void', reasons } })
  assert.match(
    text,
    /\n\nVoid: the generator was the bottleneck; this says nothing of the service\.\n- arrivals began [^]*\n {2}\S[^]*\n- a worker was busy/,
  )
  for (const line of text.split('\n')) assert.ok(line.length <= 80, line)
  assert.match(
    renderSummary({ ...seed, generator: { ...seed.generator, verdict: 'unknown', reasons: ['too short'] } }),
    /\nNot judged: too short\.\n/,
  )
})
