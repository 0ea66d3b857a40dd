import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Live } from '../../src/report/live.ts'
import { renderFrame, renderPlainLine } from '../../src/report/live-frame.ts'
import type { UserSummary } from '../../src/run/protocol.ts'
import { Timeline } from '../../src/run/timeline.ts'
import { FakeTerminal } from './fake-terminal.ts'
import { closed, open } from '../engine/load.ts'
import { SOUND } from '../run/generator-fixture.ts'
import { plan, snapshotOf, timelineOf } from './run-fixture.ts'

const ESC = '\u001b'
const COLOUR = new RegExp(`${RegExp.escape(ESC)}\\[\\d+m`, 'g')

const students = [
  { name: '/students', count: 20 },
  { method: 'POST', name: '/students', count: 10, failures: 2, ms: 8, signature: '409 Taken' },
]

const SIZE = { rows: 24, columns: 80 }
const NO_USERS = { users: [], shape: null, thresholds: [] }

test('a frame: progress, what goes on now, each name, what went wrong last', () => {
  assert.deepEqual(renderFrame(plan, timelineOf(students, 30), 'running', SIZE), [
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
    SIZE,
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
    renderFrame(plan, timeline, 'running', SIZE).at(-2),
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
  for (const rows of [17, 24, 50]) {
    const frame = renderFrame(plan, timelineOf(names, 1, thrown), 'stopping', { ...SIZE, rows })
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
  const frame = renderFrame(plan, timelineOf(students, 63), 'running', SIZE)
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

test('on a low terminal the blank lines go, and never the keys', () => {
  const thrown = [{ user: 'V', task: 't', message: 'm' }]
  for (const rows of [12, 14, 16]) {
    const frame = renderFrame(plan, timelineOf(students, 3, thrown), 'running', { ...SIZE, rows })
    assert.ok(!frame.includes(''))
    assert.ok(frame.length <= Math.max(12, rows - 1), `${rows} rows: ${frame.length} lines`)
    assert.match(frame.join('\n'), /\nAggregated .*\n.*409.*\n.*threw m\nw\/s/)
  }
  const terminal = new FakeTerminal({ isTTY: true, rows: 8 })
  new Live(plan, terminal).second(timelineOf(students, 3, thrown))
  assert.match(terminal.screen(), /^students\.ts [^]*\n…\nw\/s ± 1, W\/S ± 10 users/)
})

test('an open load has its service time beside, where there is room', () => {
  const load = open({ arrivalsPerSecond: 30 })
  const frame = (columns: number): string =>
    renderFrame({ ...plan, load }, timelineOf(students, 3), 'running', { ...SIZE, columns }).join('\n')
  assert.match(frame(100), /p99 \(ms\) {2}service p99\n/)
  assert.match(frame(100), /\nAggregated .* 13\.0 +13\.0 +13\.0\n/)
  assert.doesNotMatch(frame(80), /service/)
  assert.doesNotMatch(
    renderFrame(plan, timelineOf(students, 3), 'running', { ...SIZE, columns: 200 }).join('\n'),
    /service/,
  )
})

test('while nothing speaks against the generator nothing is said; then the gravest reason, whole', () => {
  const terminal = new FakeTerminal({ isTTY: true, columns: 80 })
  const live = new Live(plan, terminal)
  live.second(timelineOf(students, 4), [], SOUND)
  assert.doesNotMatch(terminal.screen(), /so far/)
  const reasons = [
    'a worker was busy for 75 % of the time or more in 3 of 4 seconds (81 % at worst): raise --threads, or ask for less',
    'x',
  ]
  live.second(timelineOf(students, 5), [], { ...SOUND, verdict: 'void', reasons })
  assert.match(
    terminal.screen(),
    /\n! void so far: a worker was busy for 75 % of the time or more in 3 of 4 seconds\n {2}\(81 % at worst\): raise --threads, or ask for less\nw\/s/,
  )
})

test('in a file what speaks against the generator is said once, until the verdict is another', () => {
  const pipe = new FakeTerminal()
  const live = new Live(plan, pipe)
  const verdicts = ['valid', 'suspect', 'suspect', 'void', 'void', 'suspect'] as const
  for (const [index, verdict] of verdicts.entries())
    live.second(timelineOf(students, 5 * (index + 1)), [], { ...SOUND, verdict, reasons: ['x'] })
  assert.equal(pipe.text.match(/requests\/s/g)?.length, verdicts.length)
  assert.deepEqual(pipe.text.match(/\w+ so far/g), ['suspect so far', 'void so far', 'suspect so far'])
})

test('a worker that tells nothing is told of, until it does', () => {
  const terminal = new FakeTerminal({ isTTY: true, columns: 80 })
  const live = new Live(plan, terminal)
  live.second(timelineOf(students, 4))
  live.silent(3)
  assert.match(
    terminal.screen(),
    /\n! a worker has told nothing for 3 s: a task blocks its event loop, or no core is\n/,
  )
  live.second(timelineOf(students, 8))
  assert.doesNotMatch(terminal.screen(), /told nothing/)
  const pipe = new FakeTerminal()
  const plain = new Live(plan, pipe)
  for (let seconds = 3; seconds <= 11; seconds++) plain.silent(seconds)
  assert.deepEqual(pipe.text.match(/nothing for \d+ s/g), ['nothing for 5 s', 'nothing for 10 s'])
})

function user(name: string, fixedCount: number): UserSummary {
  return { name, fixedCount, weight: 1, thinks: true, tasks: [] }
}

/** What the live display warns of as such a load begins. */
function warnings(users: number, ...classes: UserSummary[]): string[] {
  const terminal = new FakeTerminal()
  new Live(plan, terminal).started({ ...NO_USERS, users: classes }, closed({ users }))
  return terminal.text.split('\n').filter((line) => line.startsWith('!'))
}

test('fixed counts that cannot be had are told as the run begins', () => {
  assert.deepEqual(warnings(5, user('Reader', 3), user('Writer', 2)), [])
  assert.deepEqual(warnings(5, user('Reader', 2), user('Writer', 0)), [])
  assert.deepEqual(warnings(4, user('Reader', 3), user('Writer', 2)), [
    "! the scenario's fixed counts ask for 3 Reader and 2 Writer, the load for 4 users: the last of them do not start; ask for -u 5",
  ])
  assert.deepEqual(warnings(6, user('Reader', 3), user('Writer', 2)), [
    '! the load asks for 6 users, but every class has a fixed count (3 Reader and 2 Writer): no more than 5 start',
  ])
})
