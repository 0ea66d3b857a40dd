import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { Live } from '../../src/report/live.ts'
import { renderSummary } from '../../src/report/summary.ts'
import type { Style } from '../../src/report/style.ts'
import { missedLines, missedWords, thresholdsSection } from '../../src/report/thresholds.ts'
import type { ThresholdRecord } from '../../src/run/threshold-record.ts'
import { ThresholdWatch } from '../../src/run/threshold-watch.ts'
import { Timeline } from '../../src/run/timeline.ts'
import { parseThresholds } from '../../src/threshold/parse-thresholds.ts'
import { FakeTerminal } from './fake-terminal.ts'
import { judged, plan, recordOf, snapshotOf, timelineOf } from './run-fixture.ts'

const plain: Style = (_tone, text) => text
const asked = [
  { name: '/students', count: 20 },
  { method: 'POST', name: '/students', count: 10, failures: 2, ms: 8 },
]
const section = (conditions: string, seconds = 5): string[] =>
  thresholdsSection(judged(conditions, asked, seconds), plain)

test('each with its verdict, its limit, what came, and why it is missed', () => {
  const conditions = [
    'GET /students p99<200ms, /students failures<5 over 2s',
    'POST /studnets p95<1s, all service average<=5ms, rate>20/s, requests>1000',
    'failures<1% over 1m, GET /x max<1s over 2s',
  ]
  assert.deepEqual(section(conditions.join()), [
    'Threshold  Of                               Limit    Value  Why',
    '─────────  ───────────────────────────  ─────────  ───────  ───',
    '✓ held     GET /students p99             < 200 ms  13.0 ms',
    '✓ held     /students failures over 2 s        < 5        4',
    '✗ missed   POST /studnets p95           < 1000 ms        –  did you mean POST /students?',
    '✗ missed   service average                <= 5 ms  11.3 ms',
    '✓ held     rate                            > 20/s   30.0/s',
    '✗ missed   requests                        > 1000      150',
    '✗ missed   failures over 60 s               < 1 %        –  the load was shorter than 60 s',
    '✗ missed   GET /x max over 2 s          < 1000 ms        –  no samples from 0 to 2 s',
  ])
})

test('of windows the worst, and when and with what one first missed', () => {
  const [timeline, watch] = [new Timeline(), new ThresholdWatch(parseThresholds('max<10ms over 2s'))]
  for (const [second, ms] of [5, 12, 5, 5, 400].entries()) {
    timeline.add(snapshotOf(second, [{ name: '/', count: 1, ms }]))
    watch.second(timeline)
  }
  assert.equal(
    thresholdsSection(watch.end(timeline, 5), plain).at(-1),
    '✗ missed   max over 2 s  < 10 ms  400 ms  first 12.0 ms from 0 to 2 s',
  )
})

test('when all held there is nothing to explain; without thresholds there is no section', () => {
  assert.deepEqual(section('failures<50%, p99<1s'), [
    'Threshold  Of            Limit    Value',
    '─────────  ────────  ─────────  ───────',
    '✓ held     failures     < 50 %    6.7 %',
    '✓ held     p99       < 1000 ms  13.0 ms',
  ])
  assert.deepEqual(thresholdsSection([], plain), [])
  assert.doesNotMatch(renderSummary(recordOf(asked)), /Threshold/)
})

test('a value beside its limit never looks as if it held when it did not', () => {
  const [record] = judged('max<=200ms', asked)
  const shown = (value: number, change: Partial<ThresholdRecord> = {}): string =>
    missedWords({ ...record!, value, ...change }).split(': ')[1]!
  assert.equal(shown(200.3), '200.3 ms')
  assert.equal(shown(200.004), '200.004 ms')
  assert.equal(shown(231.4), '231 ms')
  const share = { operator: '<=', unit: '%' } as const
  assert.equal(shown(1.04, { ...share, limit: 1 }), '1.040 %')
  assert.equal(shown(0.00004, { ...share, limit: 0 }), '0.1 %')
  assert.equal(shown(0, { operator: '>', limit: 0, unit: '%' }), '0 %')
  assert.equal(shown(99.99, { operator: '>=', limit: 100, unit: '/s' }), '99.990/s')
})

test('the summary says what ended the run, at its head and in its section', () => {
  const thresholds = judged('p99<1s, failures<1% over 3s abort', asked, 4)
  const text = renderSummary(recordOf(asked, 4, [], thresholds))
  assert.match(
    text,
    /^.*\n.*, seed 7\nEnded early by a threshold: failures<1% over 3s abort: 6\.7 % from 0 to 3 s\n\n/,
  )
  assert.match(text, /\n✗ missed {3}failures over 3 s +< 1 % +6\.7 % {2}from 0 to 3 s; ended the run\n/)
  for (const line of text.split('\n')) assert.ok(line.length <= 80, line)
})

test('colours stand on what is missed, and keep every figure in its place', () => {
  const records = judged('p99<1s, failures<1%', asked)
  const painted = thresholdsSection(records, (tone, text) =>
    tone === 'bad' ? `\u001b[31m${text}\u001b[39m` : text,
  )
  assert.deepEqual(painted.map(stripVTControlCharacters), thresholdsSection(records, plain))
  assert.deepEqual(
    painted.map((line) => line.includes('\u001b[31m✗ missed')),
    [false, false, false, true],
  )
})

test('names move no cursor', () => {
  const text =
    section(`"a\u001b[2J\r\nb" p99<1s`).join('\n') + missedWords(judged('"\u0007\n" p99<1s', asked)[0]!)
  // oxlint-disable-next-line no-control-regex -- they are what must not be there
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]|\nb/)
})

test('live: a line for each that is missed now, a few at most', () => {
  assert.deepEqual(missedLines([], plain), [])
  const missed = judged('failures<1%, max<1ms, min<1ms over 2s, p99<1ms, p50<1ms', asked, 3)
  assert.deepEqual(missedLines(missed, plain), [
    '✗ failures<1%: 6.7 %',
    '✗ max<1ms: 13.0 ms',
    '✗ min<1ms over 2s: 8.00 ms from 0 to 2 s',
    '✗ and 2 more thresholds missed',
  ])
})

test('live: the lines stand above the last while they are missed, and fit the terminal', () => {
  const terminal = new FakeTerminal({ isTTY: true, rows: 20 })
  const live = new Live(plan, terminal)
  const names = Array.from({ length: 20 }, (_, i) => ({ name: `/${i}`, count: 1, failures: 1 }))
  const thrown = [{ user: 'V', task: 't', message: 'm' }]
  const missed = judged('max<1ms, p99<2ms', names)
  live.second(timelineOf(names, 1, thrown), missed)
  const lines = terminal.screen().split('\n')
  assert.equal(lines.length, 19, 'the cursor stands below the last line')
  assert.deepEqual(lines.slice(-3), [
    '✗ max<1ms: 13.0 ms',
    '✗ p99<2ms: 13.0 ms',
    'w/s ± 1, W/S ± 10 users   Ctrl-C stops and reports',
  ])
  live.second(timelineOf(names, 2), [])
  assert.doesNotMatch(terminal.screen(), /✗/)
})

test('live: what ends the run stays to be read, with and without a terminal', () => {
  const why = 'Stopping: max<1ms over 2s abort: 13.0 ms from 0 to 2 s. Requests under way are waited for.'
  const [missed] = judged('max<1ms over 2s abort', asked, 2)
  for (const isTTY of [true, false]) {
    const terminal = new FakeTerminal({ isTTY })
    const live = new Live(plan, terminal)
    live.second(timelineOf(asked, 2), [missed!])
    live.aborting(missed!)
    assert.match(
      terminal.screen(),
      isTTY ? /\nStopping: \d+ requests under way\. Ctrl-C leaves at once\.$/ : /^Stop/,
    )
    live.end()
    assert.equal(terminal.screen().trim(), why)
  }
})
