import { readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { CDPSession, Page } from 'playwright-core'
import { analyse } from '../../proctor/src/analysis/analyse.ts'
import { systemClock } from '../../proctor/src/clock/clock.ts'
import { History } from '../../proctor/src/history/history.ts'
import { encodeNames, nameKey, Numbering, secondsByName } from '../../proctor/src/page/encode.ts'
import { KeptViews } from '../../proctor/src/page/kept-views.ts'
import { tickOf } from '../../proctor/src/page/report-tick.ts'
import { builtPage } from '../../proctor/src/page/static-files.ts'
import type { PageState, SecondWire, Tick } from '../../proctor/src/page/wire.ts'
import type { Report } from '../../proctor/src/report/report.ts'
import { begun, idOf } from '../../proctor/test/history/run-told.ts'
import { folderOf, NO_BROWSER, pageAt, service, ui } from './browser.ts'
import { HOUR, hourOf } from './hour.ts'

/** `npm run bench:page`: what the page costs the browser, and its readers the run; printed beside what it may. */

const NAMES = 200
const UPDATES = 30
const OPENINGS = 5
const TICK_MS = 1_000
const files = builtPage()!

function say(what: string, value: number, unit: string, limit: number): void {
  const verdict = value < limit ? 'held' : 'missed'
  process.stdout.write(
    `${what.padEnd(76)} ${value.toFixed(1).padStart(7)} ${unit} (under ${limit}: ${verdict})\n`,
  )
}

function event(data: Tick): string {
  return `event: tick\ndata: ${JSON.stringify(data)}\n\n`
}

interface Teller {
  readonly url: string
  /** Tells the next second. */
  readonly tell: () => void
}

/** A server that tells a run as the real one does: all but its last seconds at once, those one by one when it is asked to. */
async function tellerOf(t: TestContext, report: Report): Promise<Teller> {
  const readers = new Set<ServerResponse>()
  const tick = tickOf(report, 'running')
  const names = new Numbering()
  for (const request of report.requests) names.of(nameKey(request))
  const byName = secondsByName(report.timeline.slice(0, -UPDATES))
  const first = event({ ...tick, seconds: tick.seconds.slice(0, -UPDATES) })
  const page: Partial<PageState> = {
    scenario: 'hour.ts',
    trouble: null,
    fields: {},
    users: [],
    hosts: [],
    thresholds: [],
    arguments: [],
  }
  const server = createServer(({ url = '' }, response) => {
    const file = files.get(url)
    if (file !== undefined) return response.setHeader('content-type', file.type).end(file.body)
    const [, name] = /^\/api\/run\/names\/(.+)$/.exec(url) ?? []
    if (name !== undefined) return response.end(byName.get(decodeURIComponent(name)))
    if (url !== '/api/events') return response.end(JSON.stringify(page))
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    readers.add(response)
    return response.write(first)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  let told = tick.seconds.length - UPDATES
  const tell = (): void => {
    const second: SecondWire = { ...tick.seconds[told]!, r: encodeNames(report.timeline[told]!, names) }
    told++
    // With every second all rows have other figures.
    const rows = tick.rows.map((row) => {
      return { ...row, count: row.count + 3 * told, averageMs: told / 100, maxMs: told / 7 }
    })
    const head = { ...tick.run, durationSeconds: told }
    for (const reader of readers) reader.write(event({ ...tick, run: head, rows, seconds: [second] }))
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, tell }
}

async function metric(session: CDPSession, name: string): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.find((each) => each.name === name)!.value
}

/** Until the table and the charts of a run are there, and painted. */
async function drawn(page: Page): Promise<void> {
  await page.locator('.requests tbody th').first().waitFor()
  await page.locator('.charts canvas').first().waitFor()
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  )
}

async function openingMs(page: Page, url: string): Promise<number> {
  const begunAt = performance.now()
  await page.goto(url)
  await drawn(page)
  return performance.now() - begunAt
}

/** From the click in the list of runs until the run is drawn. */
async function clickedMs(page: Page): Promise<number> {
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  const link = page.locator('.run-what a')
  await link.waitFor()
  const begunAt = performance.now()
  await link.click()
  await drawn(page)
  return performance.now() - begunAt
}

/** A folder in which the run was kept: with what the page shows of it, or as a Proctor did that knew of no such thing. */
function historyOf(t: TestContext, report: Report, isShown: boolean): string {
  const folder = folderOf(t)
  const history = History.open(join(folder, '.proctor'), { clock: systemClock })
  const record = { ...report, runId: idOf(1) }
  const end = { state: 'completed', error: undefined, record } as const
  history.begin(begun(1))
  history.finish(end)
  const views = new KeptViews((work) => work(history), analyse)
  if (isShown) views.keep(end, analyse(record))
  history.close()
  return folder
}

async function keptPage(t: TestContext, folder: string): Promise<Page> {
  const { url } = await ui(t, 'http://127.0.0.1:1', [], { folder })
  return pageAt(t, url)
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(values.length * share))]!
}

/** What the thread worked in script for each of the updates, not what it waited for a core. */
async function updatesMs(session: CDPSession, tell: () => void): Promise<number[]> {
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  await delay(500)
  const updates: number[] = []
  for (let update = 0; update < UPDATES; update++) {
    const before = await metric(session, 'ScriptDuration')
    tell()
    await delay(TICK_MS)
    updates.push(1_000 * ((await metric(session, 'ScriptDuration')) - before))
  }
  return updates
}

function sayUpdates(what: string, updates: readonly number[]): void {
  say(`${what}, script of an update: median of ${UPDATES}`, quantile(updates, 0.5), 'ms', 8)
  say(`${what}, script of an update: p95`, quantile(updates, 0.95), 'ms', 8)
  say(`${what}, script of an update: the longest`, Math.max(...updates), 'ms', 8)
}

async function memoryMb(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize, backingStorageSize = 0 } = (await session.send('Runtime.getHeapUsage')) as {
    usedSize: number
    backingStorageSize?: number
  }
  return (usedSize + backingStorageSize) / 1e6
}

suite('figures of the page', { skip: NO_BROWSER }, () => {
  test('an hour of 200 request names out of the history', async (t) => {
    const page = await keptPage(t, historyOf(t, hourOf(NAMES), true))
    const openings: number[] = []
    for (let opening = 0; opening < OPENINGS; opening++) openings.push(await clickedMs(page))
    const what = `an hour of ${NAMES} names, kept: from the click in the list until it is drawn`
    say(`${what} (first)`, openings[0]!, 'ms', 2_000)
    say(`${what} (median of ${OPENINGS})`, quantile(openings, 0.5), 'ms', 2_000)
    const name = page.locator('.requests tbody th button').first()
    const begunAt = performance.now()
    await name.click()
    await page.getByRole('heading', { name: (await name.textContent())! }).waitFor()
    await page.getByRole('img', { name: /^Requests\/s: all \d/ }).waitFor()
    say(
      'its charts of one name: from the click until they are there',
      performance.now() - begunAt,
      'ms',
      2_000,
    )
    const session = await page.context().newCDPSession(page)
    say('memory in use afterwards', await memoryMb(session), 'MB', 150)
    const old = await keptPage(t, historyOf(t, hourOf(NAMES), false))
    const ms = await clickedMs(old)
    process.stdout.write(`one that an older Proctor kept, the first time only: ${ms.toFixed(0)} ms\n`)
  })

  test('an hour of 200 request names that goes on', async (t) => {
    const { url, tell } = await tellerOf(t, hourOf(NAMES))
    const openings: number[] = []
    for (let opening = 0; opening < OPENINGS; opening++) {
      const page = await pageAt(t, 'about:blank')
      openings.push(await openingMs(page, url))
      await page.context().close()
    }
    say(
      `an hour of ${NAMES} names that goes on: the page opened (median of ${OPENINGS})`,
      quantile(openings, 0.5),
      'ms',
      2_000,
    )
    const page = await pageAt(t, 'about:blank')
    await openingMs(page, url)
    const session = await page.context().newCDPSession(page)
    sayUpdates('at the end of the hour, all charts in sight', await updatesMs(session, tell))
    say('memory in use afterwards', await memoryMb(session), 'MB', 150)
  })

  test('five minutes of 200 request names: with every second another point in every chart', async (t) => {
    const hour = hourOf(NAMES)
    const { url, tell } = await tellerOf(t, { ...hour, timeline: hour.timeline.slice(0, HOUR / 12) })
    const page = await pageAt(t, 'about:blank')
    await openingMs(page, url)
    const session = await page.context().newCDPSession(page)
    sayUpdates('after five minutes, the same', await updatesMs(session, tell))
  })

  test('ten readers of the events', async (t) => {
    const { url: host } = await service(t)
    const { url, child } = await ui(t, host, ['-u', '50', '-r', '50', '-t', '60s'])
    const headers = { origin: url.slice(0, -1), 'content-type': 'application/json' }
    const fields = { users: '50', 'spawn-rate': '50', 'run-time': '60s' }
    await fetch(`${url}api/start`, { method: 'POST', headers, body: JSON.stringify({ fields }) })
    await delay(5_000)
    const alone = await cpuOver(child.pid!, 10_000)
    const abort = new AbortController()
    const readers = Array.from({ length: 10 }, async () => {
      const { body } = await fetch(`${url}api/events`, { signal: abort.signal })
      for await (const _ of body!) void _
    })
    await delay(1_000)
    const read = await cpuOver(child.pid!, 10_000)
    abort.abort()
    await Promise.allSettled(readers)
    say('ten readers of the events, beyond none: share of a core', (100 * (read - alone)) / 10_000, '%', 2)
  })
})

/** User and system time of a process within so long, in milliseconds; Linux counts it in hundredths of a second. */
async function cpuOver(pid: number, ms: number): Promise<number> {
  const read = (): number => {
    const [, , , , , , , , , , , user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .split(') ')[1]!
      .split(' ')
    return 10 * (Number(user) + Number(system))
  }
  const before = read()
  await delay(ms)
  return read() - before
}
