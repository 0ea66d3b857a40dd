import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Locator, Page } from 'playwright-core'
import { complaints, complaintsOnPhone } from './axe.ts'
import { NO_BROWSER, pageAt, service, stop, ui } from './browser.ts'

/** A figure at a glance, as a number. */
async function figure(page: Page, label: string): Promise<number> {
  const text = await page.locator('.glance div', { hasText: label }).locator('b').textContent()
  return Number(text!.replaceAll(/[^\d.]/g, ''))
}

/** The seed's load, as much of it as a test has time for. */
const LOAD = ['-u', '50', '-r', '50', '-t', '4s', '--stop-timeout', '1s']

async function start(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByText('Running', { exact: true }).waitFor()
}

/** How many requests the table counts in all. */
async function counted(page: Page): Promise<number> {
  const text = await page.locator('.requests tfoot td').first().textContent()
  return Number(text!.replaceAll(/\D/g, ''))
}

suite('the page in Chromium', { concurrency: 2, skip: NO_BROWSER }, () => {
  test('the seed’s run is started from the form, watched, steered and stopped', async (t) => {
    const { url: host } = await service(t)
    const { url } = await ui(t, host)
    const page = await pageAt(t, url)
    await page.getByRole('button', { name: 'First exam' }).click()
    assert.deepEqual(await complaints(page), [])
    await start(page)
    await page.waitForFunction(() => Number(document.querySelector('.glance b')?.textContent) >= 5)
    assert.ok((await figure(page, 'Requests/s')) > 0)
    await page.getByLabel('Users', { exact: true }).fill('12')
    await page.getByLabel('per second').fill('100')
    await page.getByRole('button', { name: 'Change' }).click()
    await page.waitForFunction(() => document.querySelector('.glance b')?.textContent === '12')
    assert.deepEqual(await complaints(page), [])
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByText('Stopped', { exact: true }).waitFor()
  })

  test('a failure is opened; files are taken away; the report opens from disk; two runs lie over each other', async (t) => {
    const { url: host } = await service(t)
    // The same seed twice on one database: in the second run every e-mail is taken.
    const { url } = await ui(t, host, [...LOAD, '--seed', '7'])
    const page = await pageAt(t, url)
    for (const _ of ['first', 'second']) {
      await page.getByRole('link', { name: 'New run' }).click()
      await page.getByText('More', { exact: true }).click()
      await page.getByLabel('Seed').fill('7')
      await start(page)
      await page.getByText('Finished', { exact: true }).waitFor()
    }
    await page.getByRole('tab', { name: /Why it failed/ }).click()
    await page.locator('.findings .failure .finding').first().waitFor()
    await page.locator('.failures summary').first().click()
    await page.getByLabel('Response').getByText('E-mail already in use').waitFor()
    assert.deepEqual(await complaints(page), [])
    assert.deepEqual(await complaintsOnPhone(page), [])
    const count = await page
      .getByRole('tab', { name: 'Overview' })
      .click()
      .then(() => counted(page))

    await page.getByText('Take away').click()
    const files = new Map<string, string>()
    for (const link of await page.locator('.menu-body a[download]').all()) {
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
      files.set(download.suggestedFilename().slice(9), await download.path())
    }
    assert.deepEqual(
      [...files.keys()],
      [
        'report.html',
        'report.md',
        'report.json',
        'junit.xml',
        'proctor_stats.csv',
        'proctor_stats_history.csv',
        'proctor_failures.csv',
        'proctor_exceptions.csv',
      ],
    )
    const text = (name: string): string => readFileSync(files.get(name)!, 'utf8')
    assert.equal(JSON.parse(text('report.json')).total.count, count)
    assert.match(text('proctor_stats.csv'), new RegExp(`\r\n,Aggregated,${count},`))

    const folder = mkdtempSync(join(tmpdir(), 'proctor-report-'))
    t.after(() => rmSync(folder, { recursive: true }))
    copyFileSync(files.get('report.html')!, join(folder, 'report.html'))
    const report = await pageAt(t, pathToFileURL(join(folder, 'report.html')).href)
    await report.getByText('Finished', { exact: true }).waitFor()
    assert.equal(await counted(report), count)
    assert.deepEqual(await complaints(report), [])

    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    await page.getByText('Choose two runs').waitFor()
    assert.deepEqual(await complaints(page), [])
    assert.deepEqual(await complaintsOnPhone(page), [])
    for (const box of await page.getByRole('checkbox').all()) await box.check()
    await page.getByRole('button', { name: 'Compare two' }).click()
    await page.locator('.legend .dashed').first().waitFor()
    await checkComparison(page)
    assert.deepEqual(await complaints(page), [])
    assert.deepEqual(await complaintsOnPhone(page), [])
  })

  test('while a run goes on nothing on the page moves', async (t) => {
    const { url: host } = await service(t)
    const conditions = ['--threshold', 'GET /students p99<0.001ms over 3s']
    const { url } = await ui(t, host, [...LOAD, '-t', '6s', ...conditions])
    const page = await pageAt(t, url, { viewport: { width: 1280, height: 900 } })
    await start(page)
    await page.waitForFunction(() => document.querySelectorAll('.requests tbody th').length === 2)
    await page.evaluate(() => {
      const seen: unknown[] = []
      Object.assign(window, { seen })
      new PerformanceObserver((list) => {
        const entries = list.getEntries() as (PerformanceEntry & {
          value: number
          sources: { node: Element }[]
        })[]
        for (const { value, sources } of entries)
          seen.push([value, ...sources.map(({ node }) => node?.outerHTML?.slice(0, 80))])
      }).observe({ type: 'layout-shift' })
    })
    await page.locator('.verdicts .bad').waitFor()
    await page.waitForFunction(() =>
      document.querySelector('.facts .figures')?.textContent?.startsWith('0:04'),
    )
    assert.deepEqual(await page.evaluate(() => (window as unknown as { seen: unknown[] }).seen), [])
  })

  test('loaded anew in the middle, and after its server was away: nothing is missing', async (t) => {
    const { url: host } = await service(t)
    const { url, child } = await ui(t, host, [...LOAD, '-t', '8s'])
    const page = await pageAt(t, url)
    await start(page)
    await page.waitForFunction(() => document.querySelectorAll('.requests tbody th').length === 2)
    await page.reload()
    await page.locator('.requests tfoot td').first().waitFor()
    // The server holds still, as one does whose network is gone; then all that was missed comes.
    await page.context().setOffline(true)
    child.kill('SIGSTOP')
    await page.evaluate(() => fetch('api/page', { signal: AbortSignal.timeout(300) }).catch(() => {}))
    child.kill('SIGCONT')
    await page.context().setOffline(false)
    await page.getByText('Finished', { exact: true }).waitFor()
    const { seconds, count } = await recordOf(page)
    assert.equal(await counted(page), count)
    assert.ok(seconds >= 8)
  })

  test('the server gone is said, in words', async (t) => {
    const { url: host } = await service(t)
    const { url, child } = await ui(t, host)
    const page = await pageAt(t, url, { viewport: { width: 375, height: 800 }, colorScheme: 'dark' })
    await page.getByRole('button', { name: 'Start', exact: true }).waitFor()
    assert.deepEqual(await complaints(page), [])
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 375)
    await stop(child)
    await page.getByText(/Connection lost/).waitFor()
    assert.deepEqual(await complaints(page), [])
  })

  test('beyond the machine the link’s token opens the page, and no request goes anywhere else', async (t) => {
    const { url: host } = await service(t)
    const { url } = await ui(t, host, ['--web-host', '0.0.0.0'])
    const [address, token] = url.split('/#')
    assert.match(token!, /^token=.{24}$/)
    const stranger = await pageAt(t, address!)
    await stranger.getByText('This page needs its link').waitFor()
    assert.deepEqual(await complaints(stranger), [])
    assert.deepEqual(await complaintsOnPhone(stranger), [])
    const asked = new Set<string>()
    const page = await pageAt(t, 'about:blank')
    page.on('request', (request) => asked.add(new URL(request.url()).origin))
    await page.goto(url)
    await page.getByRole('button', { name: 'Start', exact: true }).waitFor()
    assert.ok(!page.url().includes('token'))
    assert.deepEqual([...asked], [address])
  })
})

/** The run that was just made, by its record. */
async function recordOf(page: Page): Promise<{ seconds: number; count: number }> {
  const href = await page.locator('a[href$="report.json"]').getAttribute('href')
  const record = (await page.evaluate((path) => fetch(path!).then((answer) => answer.json()), href)) as {
    timeline: unknown[]
    total: { count: number }
  }
  return { seconds: record.timeline.length, count: record.total.count }
}

function cellsOf(row: Locator): Promise<string[]> {
  return row.getByRole('cell').allTextContents()
}

function numberIn(text: string): number {
  return Number(text.replace('−', '-').replaceAll(/[^\d.-]/g, ''))
}

/** Two runs laid over each other, the later one failing more. */
async function checkComparison(page: Page): Promise<void> {
  const sides = page.getByRole('region', { name: 'Figures side by side' })
  const [base, later] = (await Promise.all((await sides.locator('tbody tr').all()).map(cellsOf))) as [
    string[],
    string[],
  ]
  assert.deepEqual(
    (await sides.locator('tbody .run-state').allTextContents()).map((text) => text.slice(0, 8)),
    ['finished', 'finished'],
  )
  const links = await sides.locator('tbody a').allTextContents()
  // Whatever the order in which they were chosen.
  assert.ok(Date.parse(links[0]!) < Date.parse(links[1]!), links.join())
  assert.equal(await sides.locator('tbody tr').first().locator('.tag').textContent(), 'base')
  const changes = await cellsOf(sides.locator('tfoot tr'))
  const change = 100 * (numberIn(later[0]!) / numberIn(base[0]!) - 1)
  assert.ok(Math.abs(numberIn(changes[0]!) - change) < 0.51, `${changes[0]} is not ${change}`)
  // What fails now is for the worse; of a void run that is not said.
  const isJudged = (await page.locator('.title-section .note').count()) === 0
  assert.match(changes[2]!, isJudged ? /^\+\d.* points \(worse\)$/ : /^\+\d.* points$/)
  const table = page.getByRole('region', { name: 'Table of requests' })
  await table.getByRole('button', { name: 'POST /students' }).click()
  await page.getByRole('heading', { name: 'POST /students' }).waitFor()
  // The legend is of the whole run, as the figures above are.
  await page.getByRole('button', { name: 'Show all requests' }).click()
  const legend = page.locator('.chart', { hasText: 'Response time' }).locator('.legend b')
  assert.deepEqual(
    (await legend.allTextContents()).map(numberIn),
    [3, 4, 5].flatMap((at) => [numberIn(base[at]!), numberIn(later[at]!)]),
  )
  await page.setViewportSize({ width: 375, height: 812 })
  for (const at of [2, 5]) {
    const cell = await sides.locator('tfoot td').nth(at).boundingBox()
    assert.ok(cell!.x >= 0 && cell!.x + cell!.width <= 375, `cell ${at} is out of sight`)
  }
  await page.setViewportSize({ width: 1280, height: 1600 })
}
