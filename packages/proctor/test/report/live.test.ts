import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Live } from '../../src/report/live.ts'
import { renderFrame, renderPlainLine } from '../../src/report/live-frame.ts'
import { Timeline } from '../../src/run/timeline.ts'
import { FakeTerminal } from './fake-terminal.ts'
import { plan, snapshotOf, timelineOf } from './run-fixture.ts'

const ESC = '\u001b'
const COLOUR = new RegExp(`${RegExp.escape(ESC)}\\[\\d+m`, 'g')

const students = [
  { name: '/students', count: 20 },
  { method: 'POST', name: '/students', count: 10, failures: 2, ms: 8, signature: '409 Taken' },
]

const NO_USERS = { users: [], shape: null, thresholds: [] }

test('a frame: progress, what goes on now, each name, what went wrong last', () => {
  assert.deepEqual(renderFrame(plan, timelineOf(students, 30), 'running', 24), [
    'students.ts against http://127.0.0.1:5000, seed 7',
    '',
    '━━━━━━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  30 s of 60 s',
    '50 of 50 users      30 requests/s   60 failures (6.7 %)',
    '',
    'Request         # Requests  # Failures  now/s  p50 (ms)  p95 (ms)  p99 (ms)',
    '──────────────  ──────────  ──────────  ─────  ────────  ────────  ────────',
    'GET /students          600           0     20      13.0      13.0      13.0',
    'POST /students         300          60     10      8.00      8.00      8.00',
    '──────────────  ──────────  ──────────  ─────  ────────  ────────  ────────',
    'Aggregated             900          60     30      13.0      13.0      13.0',
    '',
    '60 × POST /students: 409 Taken',
    'w/s ± 1, W/S ± 10 users   Ctrl-C stops and reports',
  ])
})

test('before anything ended it says so, and nothing jumps when it does', () => {
  const frame = renderFrame(
    { ...plan, load: { ...plan.load, durationMs: null } },
    new Timeline(),
    'running',
    24,
  )
  assert.deepEqual(frame.slice(2), [
    '0 s',
    ' 0 of 50 users       0 requests/s   0 failures (0 %)',
    '',
    'No request has ended yet.',
    '',
    'w/s ± 1, W/S ± 10 users   Ctrl-C stops and reports',
  ])
})

test('exceptions are seen while they happen', () => {
  const timeline = timelineOf([], 3, [
    { user: 'Visitor', task: 'buy', message: 'TypeError: no\u001b[2J basket' },
  ])
  assert.equal(
    renderFrame(plan, timeline, 'running', 24).at(-2),
    '3 × Visitor buy threw TypeError: no [2J basket',
  )
})

test('with more names than lines the busiest part stays: the rest are counted', () => {
  const names = Array.from({ length: 40 }, (_, i) => ({
    name: `/${String(i).padStart(2, '0')}`,
    count: 1,
    failures: 1,
  }))
  const thrown = [{ user: 'V', task: 't', message: 'm' }]
  for (const rows of [16, 24, 50]) {
    const frame = renderFrame(plan, timelineOf(names, 1, thrown), 'stopping', rows)
    assert.equal(frame.length, rows - 1, `${rows} rows: the cursor stands below the last line`)
    assert.match(frame.join('\n'), /\nGET \/00 [^]*\n… and \d+ more\n─+ [^]*\nAggregated +40 +40 /)
    assert.equal(frame.at(-1), 'Stopping: 0 requests under way. Ctrl-C leaves at once.')
  }
})

test('one line where there is no terminal', () => {
  assert.equal(
    renderPlainLine(timelineOf(students, 5)),
    '5 s  50 users  30 requests/s  10 failures (6.7 %)  p50 13.0 p95 13.0 p99 13.0 ms',
  )
})

test('without a terminal: what is run, a line each five seconds, no escape codes', () => {
  const terminal = new FakeTerminal({ isTTY: false })
  const live = new Live(plan, terminal)
  live.started(NO_USERS, plan.load)
  for (let second = 1; second <= 11; second++) live.second(timelineOf(students, second))
  live.output('said the scenario')
  live.noAnswer(3, undefined)
  live.stopping()
  live.end()
  const lines = terminal.text.split('\n')
  assert.deepEqual(
    lines.map((line) => line.split('  ')[0]),
    [
      'students.ts against http://127.0.0.1:5000, seed 7',
      '50 users, 5 started a second, for 60 s',
      '5 s',
      '10 s',
      'said the scenario',
      'http://127.0.0.1:5000 has not answered yet: 3 requests waiting. The run goes on; check -H, and that the service runs.',
      'Stopping: waiting for the requests under way. Ctrl-C again leaves at once.',
      '',
    ],
  )
  assert.ok(!terminal.text.includes('\u001b'))
})

test('on a terminal: drawn at once, drawn over, taken down, notes stay', () => {
  const terminal = new FakeTerminal({ isTTY: true, rows: 24 })
  const live = new Live(plan, terminal)
  live.started(NO_USERS, plan.load)
  assert.match(terminal.screen(), /No request has ended yet/)
  live.second(timelineOf(students, 1))
  live.noAnswer(0, 'nothing listens')
  live.second(timelineOf(students, 2))
  const screen = terminal.screen().split('\n')
  assert.match(screen[0]!, /^http:\/\/127\.0\.0\.1:5000 has not answered yet: nothing listens\. /)
  assert.equal(screen[1], 'students.ts against http://127.0.0.1:5000, seed 7')
  assert.equal(screen.filter((line) => line.startsWith('Request ')).length, 1)
  live.stopping()
  assert.match(terminal.screen(), /\nStopping: /)
  live.end()
  assert.equal(terminal.screen(), screen[0])
})

test('colours where they are wanted', () => {
  const frames = [true, false].map((hasColors) => {
    const terminal = new FakeTerminal({ isTTY: true, rows: 24, hasColors })
    new Live(plan, terminal).second(timelineOf(students, 1))
    return terminal.text
  })
  assert.ok(frames[0]!.includes(`${ESC}[31m`))
  assert.equal(frames[1], frames[0]!.replaceAll(COLOUR, ''))
})

test('when the time is over it says what is waited for, and counts no further', () => {
  const frame = renderFrame(plan, timelineOf(students, 63), 'running', 24)
  assert.match(frame[2]!, /━{30} {2}60 s of 60 s$/)
  assert.equal(frame.at(-1), 'Stopping: 0 requests under way. Ctrl-C leaves at once.')
})

test('no line is printed of a second that is cut short', () => {
  const terminal = new FakeTerminal({ isTTY: false })
  const live = new Live(plan, terminal)
  const timeline = timelineOf(students, 4)
  timeline.add({ ...snapshotOf(4, students), elapsedMs: 4_003 })
  live.second(timeline)
  assert.equal(terminal.text, '')
})
