import { readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite, test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { CDPSession, Page } from 'playwright-core'
import { tickOf } from '../../proctor/src/page/report-tick.ts'
import { builtPage } from '../../proctor/src/page/static-files.ts'
import type { PageState, SecondWire, Tick } from '../../proctor/src/page/wire.ts'
import { NO_BROWSER, pageAt, service, ui } from './browser.ts'
import { hourOf } from './hour.ts'

/** `npm run bench:page`: what the page costs the browser, and its readers the run; printed beside what it may. */

const UPDATES = 20
const OPENINGS = 5
const files = builtPage()!

function say(what: string, value: number, unit: string, limit: number): void {
  const verdict = value < limit ? 'held' : 'missed'
  process.stdout.write(
    `${what.padEnd(62)} ${value.toFixed(1).padStart(8)} ${unit} (under ${limit}: ${verdict})\n`,
  )
}

function event(data: Tick): string {
  return `event: tick\ndata: ${JSON.stringify(data)}\n\n`
}

/** A server that tells all but the last seconds of a run at once, and those one by one when it is asked to. */
async function tellerOf(
  t: TestContext,
  tick: Tick,
): Promise<{ url: string; tell: (second: SecondWire) => void }> {
  const readers = new Set<ServerResponse>()
  const running: Tick = { ...tick, run: { ...tick.run, state: 'running' } }
  // As the real server: it has the seconds written already.
  const first = event({ ...running, seconds: tick.seconds.slice(0, -UPDATES) })
  const page: Partial<PageState> = {
    scenario: 'hour.ts',
    trouble: null,
    fields: {},
    users: [],
    hosts: [],
    thresholds: [],
    arguments: [],
  }
  const server = createServer(({ url }, response) => {
    const file = files.get(url!)
    if (file !== undefined) return response.setHeader('content-type', file.type).end(file.body)
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
  // With every second all rows have other figures.
  const tell = (second: SecondWire): void => {
    const rows = tick.rows.map((row) => {
      return { ...row, count: row.count + 3 * second.s, averageMs: second.s / 100, maxMs: second.s / 7 }
    })
    const head = { ...running.run, durationSeconds: second.s + 1 }
    for (const reader of readers) reader.write(event({ ...running, run: head, rows, seconds: [second] }))
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, tell }
}

async function metric(session: CDPSession, name: string): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.find((each) => each.name === name)!.value
}

/** Until the table of requests is there, and painted. */
async function openingMs(page: Page, url: string): Promise<number> {
  const begunAt = performance.now()
  await page.goto(url)
  await page.locator('.requests tbody tr').first().waitFor()
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  )
  return performance.now() - begunAt
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

suite('figures of the page', { skip: NO_BROWSER }, () => {
  test('an hour of 200 request names in the browser', async (t) => {
    const tick = tickOf(hourOf(200), 'completed')
    const { url, tell } = await tellerOf(t, tick)
    const openings: number[] = []
    for (const _ of Array.from({ length: OPENINGS })) {
      const page = await pageAt(t, 'about:blank')
      openings.push(await openingMs(page, url))
      await page.context().close()
    }
    say(`an hour of 200 names: opened in (median of ${OPENINGS})`, middle(openings), 'ms', 2_000)
    const page = await pageAt(t, 'about:blank')
    await openingMs(page, url)
    const session = await page.context().newCDPSession(page)
    // What the thread worked, not what it waited for a core.
    await session.send('Performance.setTimeDomain', { timeDomain: 'threadTicks' })
    await session.send('Performance.enable')
    await delay(500)
    const updates: number[] = []
    for (const second of tick.seconds.slice(-UPDATES)) {
      const before = await metric(session, 'ScriptDuration')
      tell(second)
      await delay(200)
      updates.push(1_000 * ((await metric(session, 'ScriptDuration')) - before))
    }
    const sum = updates.reduce((all, each) => all + each, 0)
    say('an update, all charts in sight: script', sum / UPDATES, 'ms', 8)
    say('the longest of them', Math.max(...updates), 'ms', 8)
    await session.send('HeapProfiler.collectGarbage')
    const { usedSize, backingStorageSize = 0 } = (await session.send('Runtime.getHeapUsage')) as {
      usedSize: number
      backingStorageSize?: number
    }
    say('memory in use afterwards', (usedSize + backingStorageSize) / 1e6, 'MB', 150)
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
