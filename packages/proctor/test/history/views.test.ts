import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { History } from '../../src/history/history.ts'
import { HistoryError } from '../../src/history/history-error.ts'
import { summaryAtStart } from '../../src/history/kept-run.ts'
import { FakeClock } from '../engine/fake-clock.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'
import { begun, ended, idOf, told } from './run-told.ts'

const ASKED = [{ name: '/students', count: 20, failures: 2 }]
const MAKER = 'this code'

function historyIn(t: TestContext, keepRuns = 100) {
  const folder = join(temporaryFolder(t), '.proctor')
  const clock = new FakeClock()
  const history = History.open(folder, { clock, keepRuns })
  t.after(() => history.close())
  return { folder, history, clock }
}

/** A run that is over, and what was made of it. */
function keep(history: History, number: number, content = Buffer.from('shown')): void {
  history.begin(begun(number))
  history.finish(ended(number, ASKED))
  const { edition } = history.open(idOf(number))
  history.keepView(idOf(number), { maker: MAKER, edition, parts: new Map([['', content]]) })
}

function text(content: Uint8Array | undefined): string | undefined {
  return content && Buffer.from(content).toString()
}

test('what was made of a run is there for who made it, and for nobody else', (t) => {
  const { history } = historyIn(t)
  keep(history, 1)
  assert.equal(text(history.viewOf(idOf(1), '', MAKER)), 'shown')
  assert.equal(history.viewOf(idOf(1), '', 'newer code'), undefined)
  assert.equal(history.viewOf(idOf(1), 'GET /', MAKER), undefined)
  assert.equal(history.viewOf(idOf(2), '', MAKER), undefined)
})

test('another view takes the place of the whole of the one before', (t) => {
  const { history } = historyIn(t)
  keep(history, 1)
  const { edition } = history.open(idOf(1))
  const parts = new Map([['GET /', Buffer.from('anew')]])
  history.keepView(idOf(1), { maker: 'newer code', edition, parts })
  assert.equal(text(history.viewOf(idOf(1), 'GET /', 'newer code')), 'anew')
  assert.equal(history.viewOf(idOf(1), '', MAKER), undefined)
})

test('of a run that was thought dead and goes on, what was made before is no longer it', (t) => {
  const { history, clock } = historyIn(t)
  history.begin(begun(1))
  history.second(idOf(1), 0, told(0, ASKED), summaryAtStart(begun(1)))
  clock.block(16_000)
  const { run, edition } = history.open(idOf(1))
  assert.equal(run.state, 'crashed')
  const parts = new Map([['', Buffer.from('a part')]])
  history.keepView(idOf(1), { maker: MAKER, edition, parts })
  assert.equal(text(history.viewOf(idOf(1), '', MAKER)), 'a part')
  history.second(idOf(1), 1, told(1, ASKED), summaryAtStart(begun(1)))
  assert.equal(history.viewOf(idOf(1), '', MAKER), undefined)
  history.finish(ended(1, ASKED))
  // Whoever opened it before it ended, and was slow.
  history.keepView(idOf(1), { maker: MAKER, edition, parts })
  assert.equal(history.viewOf(idOf(1), '', MAKER), undefined)
})

test('it goes with its run, deleted or pruned, and what it held is given back to the disk', (t) => {
  const { folder, history } = historyIn(t, 2)
  const noise = Buffer.from(Array.from({ length: 300_000 }, () => Math.floor(256 * Math.random())))
  for (let number = 1; number <= 6; number++) keep(history, number, noise)
  history.delete(idOf(6))
  history.delete(idOf(5))
  history.begin(begun(7))
  history.finish(ended(7, ASKED))
  history.close()
  const database = new DatabaseSync(join(folder, 'runs.sqlite'))
  t.after(() => database.close())
  assert.deepEqual(database.prepare('SELECT run_id FROM view').all(), [])
  assert.ok(statSync(join(folder, 'runs.sqlite')).size < 200_000)
})

test('of a run that was deleted meanwhile none is kept', (t) => {
  const { history } = historyIn(t)
  keep(history, 1)
  const { edition } = history.open(idOf(1))
  history.delete(idOf(1))
  assert.throws(
    () => history.keepView(idOf(1), { maker: MAKER, edition, parts: new Map() }),
    (error) => error instanceof HistoryError && error.code === 'run-unknown',
  )
})

test('a file from before there were views gets them, and older code still reads it', (t) => {
  const { folder, history, clock } = historyIn(t)
  keep(history, 1)
  history.close()
  const database = new DatabaseSync(join(folder, 'runs.sqlite'))
  database.exec('DROP TABLE view')
  database.close()
  const opened = History.open(folder, { clock })
  t.after(() => opened.close())
  assert.equal(opened.viewOf(idOf(1), '', MAKER), undefined)
  keep(opened, 2)
  assert.equal(text(opened.viewOf(idOf(2), '', MAKER)), 'shown')
  const other = new DatabaseSync(join(folder, 'runs.sqlite'))
  t.after(() => other.close())
  assert.equal(other.prepare('PRAGMA user_version').get()!['user_version'], 1)
})
