import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { systemClock } from '../../src/clock/clock.ts'
import { History } from '../../src/history/history.ts'
import { KeptViews, type WithHistory } from '../../src/page/kept-views.ts'
import { PageError } from '../../src/page/page-error.ts'
import { ViewMaker } from '../../src/page/view-maker.ts'
import type { Tick } from '../../src/page/wire.ts'
import { begun, ended, idOf } from '../history/run-told.ts'
import { recordOfSeconds } from '../report/run-fixture.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'
import { pageOf } from './page-fixture.ts'

const LIST = { name: '/students', count: 20, failures: 2 }
const POST = { method: 'POST', name: '/students/{id}, "x"', count: 3, ms: 40 }
const RECORD = { ...recordOfSeconds([[LIST], [LIST, POST], [POST]]), runId: idOf(1) }

function viewsOf(t: TestContext) {
  const folder = join(temporaryFolder(t), '.proctor')
  const history = History.open(folder, { clock: systemClock })
  t.after(() => history.close())
  const withHistory: WithHistory = (work) => work(history)
  const analysed: string[] = []
  const views = new KeptViews(withHistory, ({ runId }) => {
    analysed.push(runId)
    return []
  })
  return { folder, history, withHistory, views, analysed }
}

function keptRun(history: History): void {
  history.begin(begun(1))
  history.finish({ ...ended(1, []), record: RECORD })
}

function tickIn(zipped: Uint8Array): Tick {
  return JSON.parse(gunzipSync(zipped).toString()) as Tick
}

test('a run that was kept with its view is opened without a look at its record', (t) => {
  const { history, views, analysed } = viewsOf(t)
  keptRun(history)
  views.keep({ state: 'completed', error: undefined, record: RECORD }, [])
  const { run, rows, seconds } = tickIn(views.tick(idOf(1), undefined))
  assert.deepEqual([run.runId, run.state, seconds.length], [idOf(1), 'completed', 3])
  assert.deepEqual(
    rows.map(({ method, name, count }) => [method, name, count]),
    RECORD.requests.map(({ method, name, count }) => [method, name, count]),
  )
  assert.ok(seconds.every(({ r }) => r === undefined))
  assert.deepEqual(analysed, [])
})

test('the seconds of a name are those of the record', (t) => {
  const { history, views } = viewsOf(t)
  keptRun(history)
  const { p50, p99 } = {
    p50: RECORD.timeline[1]!.requests[1]!.medianMs!,
    p99: RECORD.timeline[2]!.requests[0]!.p99Ms!,
  }
  const text = gunzipSync(views.seconds(idOf(1), 'POST /students/{id}, "x"', undefined)).toString()
  const seconds = text
    .split(';')
    .slice(1)
    .map((each) => each.split(',').map(Number))
  assert.deepEqual(
    seconds.map(([place, count, failures]) => [place, count, failures]),
    [
      [1, 3, 0],
      [2, 3, 0],
    ],
  )
  assert.ok(Math.abs(seconds[0]![3]! - p50) < 0.01 * p50)
  assert.ok(Math.abs(seconds[1]![5]! - p99) < 0.01 * p99)
  assert.throws(() => views.seconds(idOf(1), 'GET /nowhere', undefined), PageError)
})

test('a run without a view gets one when it is opened for the first time', (t) => {
  const { history, withHistory, views, analysed } = viewsOf(t)
  keptRun(history)
  views.tick(idOf(1), undefined)
  views.tick(idOf(1), undefined)
  new KeptViews(withHistory, () => assert.fail('it was kept')).tick(idOf(1), undefined)
  assert.deepEqual(analysed, [idOf(1)])
})

test('it is made beside the server, once, and the server only hands it out', async (t) => {
  const { folder, history, withHistory } = viewsOf(t)
  keptRun(history)
  const views = new KeptViews(withHistory, () => assert.fail('it was made elsewhere'), new ViewMaker(folder))
  const { url } = await pageOf(t, { withHistory, views })
  const ask = async (): Promise<number> => (await fetch(`${url}/api/runs/${idOf(1)}`)).status
  assert.deepEqual(await Promise.all([ask(), ask(), ask()]), [200, 200, 200])
})

test('where it cannot be made elsewhere, it is made here', async (t) => {
  const { history, withHistory, views: plain, analysed } = viewsOf(t)
  keptRun(history)
  const nowhere = new ViewMaker(join(temporaryFolder(t), 'nothing'))
  const analyse = ({ runId }: { runId: string }): [] => {
    analysed.push(runId)
    return []
  }
  const views = new KeptViews(withHistory, analyse, nowhere)
  await views.prepare(idOf(1))
  assert.deepEqual(tickIn(views.tick(idOf(1), undefined)), tickIn(plain.tick(idOf(1), undefined)))
  assert.deepEqual(analysed, [idOf(1)])
})

test('what other code made is made anew', (t) => {
  const { history, views, analysed } = viewsOf(t)
  keptRun(history)
  const { edition } = history.open(idOf(1))
  history.keepView(idOf(1), { maker: 'older code', edition, parts: new Map([['', Buffer.from('old')]]) })
  assert.equal(tickIn(views.tick(idOf(1), undefined)).run.runId, idOf(1))
  assert.deepEqual(analysed, [idOf(1)])
})

test('of a run that goes on elsewhere nothing is kept, and its names are those of what was shown', (t) => {
  const { history, withHistory, views } = viewsOf(t)
  history.begin(begun(1))
  assert.equal(tickIn(views.tick(idOf(1), undefined)).run.state, 'running')
  history.finish({ ...ended(1, []), record: RECORD })
  assert.equal(tickIn(new KeptViews(withHistory, () => []).tick(idOf(1), undefined)).run.state, 'completed')
})

test('it goes out as it lies there; who takes no gzip gets it unzipped', async (t) => {
  const { history, withHistory, views } = viewsOf(t)
  keptRun(history)
  const { url } = await pageOf(t, { withHistory, views })
  const path = `${url}/api/runs/${idOf(1)}`
  const name = encodeURIComponent('POST /students/{id}, "x"')
  const zipped = await fetch(path)
  assert.equal(zipped.headers.get('content-encoding'), 'gzip')
  const plain = await fetch(path, { headers: { 'accept-encoding': 'identity' } })
  assert.equal(plain.headers.get('content-encoding'), null)
  assert.equal(await plain.text(), await zipped.text())
  assert.match(await (await fetch(`${path}/names/${name}`)).text(), /^;1,3,0,.*;2,3,0,/)
  assert.equal((await fetch(`${path}/names/%FF`)).status, 404)
  assert.equal((await fetch(`${url}/api/runs/${idOf(9)}`)).status, 404)
})
