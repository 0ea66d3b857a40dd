import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { suite, type TestContext, test } from 'node:test'
import { History } from '../../src/history/history.ts'
import { HistoryError, type HistoryErrorCode } from '../../src/history/history-error.ts'
import { summaryAtStart } from '../../src/history/kept-run.ts'
import { FakeClock } from '../engine/fake-clock.ts'
import { recordOf } from '../report/run-fixture.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'
import { begun, ended, idOf, told } from './run-told.ts'

const ASKED = [{ name: '/students', count: 20, failures: 2 }]

function historyIn(t: TestContext, { keepRuns = 100, clock = new FakeClock() } = {}) {
  const folder = join(temporaryFolder(t), '.proctor')
  const history = History.open(folder, { clock, keepRuns })
  t.after(() => history.close())
  return { folder, history, clock }
}

/** Runs from 1 to `count`, each begun and ended. */
function fill(history: History, count: number): void {
  for (let number = 1; number <= count; number++) {
    history.begin(begun(number))
    history.finish(ended(number, ASKED))
  }
}

function refuses(code: HistoryErrorCode, work: () => unknown): void {
  assert.throws(work, (error) => error instanceof HistoryError && error.code === code)
}

test('a run that ended is kept as it was told, and listed by its figures', (t) => {
  const { history } = historyIn(t)
  fill(history, 1)
  const [run] = history.list()
  const { run: same, record } = history.open(idOf(1))
  assert.deepEqual(record, JSON.parse(JSON.stringify({ ...recordOf(ASKED), runId: idOf(1) })))
  assert.deepEqual(same, run)
  const { scenario, host, state, requests, failures, p99Ms, verdict, name, tags } = run!
  assert.deepEqual(
    { scenario, host, state, requests, failures, p99Ms, verdict, name, tags },
    {
      scenario: 'students.ts',
      host: 'http://127.0.0.1:5000',
      state: 'completed',
      requests: 20,
      failures: 2,
      p99Ms: record.total.p99Ms,
      verdict: 'valid',
      name: null,
      tags: [],
    },
  )
})

test('folder and files are for their owner only, and not for git', (t) => {
  const { folder, history } = historyIn(t)
  history.begin(begun(1))
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  const files = readdirSync(folder).toSorted()
  assert.deepEqual(files, ['.gitignore', 'runs.sqlite', 'runs.sqlite-shm', 'runs.sqlite-wal'])
  for (const file of files.slice(1)) assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600, file)
  assert.equal(readFileSync(join(folder, '.gitignore'), 'utf8'), '*\n')
})

test('of a run that goes on no secret of the plan is on disk', (t) => {
  const { folder, history } = historyIn(t)
  const run = begun(1)
  const tls = { ca: null, cert: null, key: 'hunter2', insecure: false, servername: null, resume: true }
  const plan = { ...run.plan, tls, arguments: { token: 'hunter2', tenant: 'b' } }
  history.begin({ ...run, plan })
  const onDisk = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'latin1'))
  assert.ok(onDisk.every((content) => !content.includes('hunter2')))
  assert.deepEqual(history.open(idOf(1)).record.arguments, { token: '[redacted]', tenant: 'b' })
})

test('to look at what is there makes nothing', (t) => {
  const folder = temporaryFolder(t)
  assert.equal(History.openExisting(join(folder, '.proctor'), { clock: new FakeClock() }), undefined)
  assert.deepEqual(readdirSync(folder), [])
})

test('the newest are listed first, with what their last second said', (t) => {
  const { history } = historyIn(t)
  fill(history, 2)
  history.begin(begun(3))
  const summary = { ...summaryAtStart(begun(3)), requests: 7, failures: 1 }
  history.second(idOf(3), 0, told(0, ASKED), summary)
  const runs = history.list()
  assert.deepEqual(
    runs.map(({ runId, state, requests }) => [runId, state, requests]),
    [
      [idOf(3), 'running', 7],
      [idOf(2), 'completed', 20],
      [idOf(1), 'completed', 20],
    ],
  )
})

suite('a run whose process is gone', () => {
  test('is crashed once it was silent for long, and its record made of its seconds', (t) => {
    const { history, clock } = historyIn(t)
    history.begin(begun(1))
    for (const second of [0, 1, 2]) {
      history.second(idOf(1), second, told(second, ASKED), summaryAtStart(begun(1)))
    }
    clock.block(14_000)
    assert.equal(history.list()[0]!.state, 'running')
    clock.block(2_000)
    const { run, record } = history.open(idOf(1))
    assert.equal(run.state, 'crashed')
    const whole = recordOf(ASKED, 3)
    assert.deepEqual(record.requests, whole.requests)
    assert.deepEqual(record.total, whole.total)
    assert.deepEqual(record.timeline, whole.timeline)
    assert.deepEqual(record.failures, whole.failures)
    assert.deepEqual([record.durationSeconds, record.generator.cpuMicrosecondsPerRequest], [3, null])
  })

  test('before its first second has an empty record', (t) => {
    const { history } = historyIn(t)
    history.begin(begun(1))
    const { record } = history.open(idOf(1))
    assert.deepEqual([record.total.count, record.durationSeconds, record.timeline], [0, 0, []])
  })

  test('is deleted as any other; one that goes on is not', (t) => {
    const { history, clock } = historyIn(t)
    history.begin(begun(1))
    refuses('run-running', () => history.delete(idOf(1)))
    clock.block(16_000)
    history.delete(idOf(1))
    assert.deepEqual(history.list(), [])
  })
})

test('names and tags are given, shown and taken away', (t) => {
  const { history } = historyIn(t)
  fill(history, 1)
  history.rename(idOf(1), '  before the index ')
  for (const tag of ['nightly', 'main', 'nightly']) history.tag(idOf(1), tag)
  assert.deepEqual(
    history.list().map(({ name, tags }) => [name, tags]),
    [['before the index', ['main', 'nightly']]],
  )
  history.untag(idOf(1), 'main')
  history.rename(idOf(1), null)
  assert.deepEqual(
    history.list().map(({ name, tags }) => [name, tags]),
    [[null, ['nightly']]],
  )
})

test('names and tags that would break a line are refused', (t) => {
  const { history } = historyIn(t)
  fill(history, 1)
  for (const name of ['', ' ', 'two\nlines', '\u001b[31mred', 'x'.repeat(101)])
    refuses('label-refused', () => history.rename(idOf(1), name))
  for (const tag of ['', 'two words', 'a,b', 'x'.repeat(51)])
    refuses('label-refused', () => history.tag(idOf(1), tag))
})

test('a run that is not there is told by a code, whatever is asked', (t) => {
  const { history } = historyIn(t)
  refuses('run-unknown', () => history.open(idOf(9)))
  refuses('run-unknown', () => history.delete(idOf(9)))
  refuses('run-unknown', () => history.tag(idOf(9), 'x'))
})

test('of runs without name or tag the newest are kept, and what others held is given back to the disk', (t) => {
  const { folder, history } = historyIn(t, { keepRuns: 3 })
  fill(history, 2)
  history.rename(idOf(1), 'the first')
  history.tag(idOf(2), 'good')
  for (let number = 3; number <= 30; number++) {
    history.begin(begun(number))
    const noise = { ...told(0, ASKED), noise: Array.from({ length: 5_000 }, Math.random) }
    history.second(idOf(number), 0, noise, summaryAtStart(begun(number)))
    history.finish(ended(number, ASKED))
  }
  assert.deepEqual(
    history.list().map(({ runId }) => runId),
    [30, 29, 28, 2, 1].map(idOf),
  )
  history.close()
  assert.ok(statSync(join(folder, 'runs.sqlite')).size < 200_000)
})

suite('a file that is not as it should be', () => {
  test('written by a newer Proctor is refused and left alone', (t) => {
    const { folder, history, clock } = historyIn(t)
    history.close()
    const database = new DatabaseSync(join(folder, 'runs.sqlite'))
    database.exec('PRAGMA user_version = 2')
    database.close()
    refuses('history-newer', () => History.open(folder, { clock }))
    refuses('history-newer', () => History.openExisting(folder, { clock }))
    assert.deepEqual(readdirSync(folder).toSorted(), ['.gitignore', 'runs.sqlite'])
  })

  test('no database at all is put aside, said, and another begun', (t) => {
    const { folder, history, clock } = historyIn(t)
    history.close()
    writeFileSync(join(folder, 'runs.sqlite'), 'my shopping list\n'.repeat(100))
    const notices: string[] = []
    const another = History.open(folder, { clock }, (notice) => notices.push(notice))
    t.after(() => another.close())
    fill(another, 1)
    assert.match(notices.join(), /put aside as .*\/runs\.sqlite\.damaged-20.*; the next run begins another$/)
    const aside = readdirSync(folder).find((file) => file.includes('damaged'))!
    assert.match(readFileSync(join(folder, aside), 'utf8'), /^my shopping list\n/)
  })

  test('damage that lies deep is told when it is met, and put aside then', (t) => {
    const { folder, history, clock } = historyIn(t)
    fill(history, 50)
    history.close()
    const file = join(folder, 'runs.sqlite')
    // The first pages say what tables there are; what these hold comes behind.
    const pages = readFileSync(file)
    writeFileSync(file, pages.fill(0xff, 12 * 4096))
    const opened = History.open(folder, { clock })
    refuses('history-corrupt', () => {
      for (const { runId } of opened.list()) opened.open(runId)
    })
    const another = History.open(folder, { clock })
    t.after(() => another.close())
    assert.deepEqual(another.list(), [])
  })

  test('a record that cannot be read is told of that run alone', (t) => {
    const { folder, history } = historyIn(t)
    fill(history, 2)
    const database = new DatabaseSync(join(folder, 'runs.sqlite'))
    database.exec(`UPDATE run SET record = x'00' WHERE run_id = '${idOf(1)}'`)
    database.close()
    refuses('run-unreadable', () => history.open(idOf(1)))
    assert.equal(history.open(idOf(2)).record.total.count, 20)
    assert.equal(history.list().length, 2)
  })

  test('a folder that is a file cannot be written to', (t) => {
    const folder = join(temporaryFolder(t, { '.proctor': 'a file' }), '.proctor')
    refuses('history-unwritable', () => History.open(folder, { clock: new FakeClock() }))
  })
})

test('what another process holds locked is told, soon', (t) => {
  const { folder, history } = historyIn(t)
  history.begin(begun(1))
  const other = new DatabaseSync(join(folder, 'runs.sqlite'))
  other.exec('BEGIN IMMEDIATE')
  const startedAt = performance.now()
  refuses('history-busy', () => history.second(idOf(1), 0, told(0, ASKED), summaryAtStart(begun(1))))
  assert.ok(performance.now() - startedAt < 2_000)
  other.exec('COMMIT')
  other.close()
  history.second(idOf(1), 0, told(0, ASKED), summaryAtStart(begun(1)))
  assert.equal(history.open(idOf(1)).record.total.count, 20)
})
