import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { folderOf, NO_BROWSER, pageAt, service, ui } from './browser.ts'

/** `npm run screenshots`: the page in each of its states, light and dark, into docs/pictures. */

const FOLDER = new URL('../../../docs/pictures/', import.meta.url).pathname
const VIEWPORT = { width: 1120, height: 1180 }

async function shot(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    // Charts are drawn anew for it.
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    )
    const clip = { x: 0, y: 0, width: page.viewportSize()!.width, height: await heightOf(page) }
    await page.screenshot({ path: `${FOLDER}${name}-${colorScheme}.png`, clip })
  }
}

/** Of what there is, as far as it is in sight. */
async function heightOf(page: Page): Promise<number> {
  const bottom = await page.locator('#page').evaluate((all) => all.getBoundingClientRect().bottom)
  return Math.min(page.viewportSize()!.height, Math.ceil(bottom))
}

/** The HTML report of the run on the page, on disk. */
async function savedReport(t: TestContext, page: Page): Promise<string> {
  await page.getByText('Take away').click()
  const link = page.locator('a[href$="report.html"]')
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
  await page.getByText('Take away').click()
  const file = join(folderOf(t), 'report.html')
  await download.saveAs(file)
  return pathToFileURL(file).href
}

/** Starts what the form says and waits until all of its users are at work. */
async function start(page: Page, users: number): Promise<void> {
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByText('Running', { exact: true }).waitFor()
  await atWork(page, users)
}

async function atWork(page: Page, users: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.querySelector('.glance b')?.textContent === String(wanted),
    users,
    { timeout: 60_000 },
  )
}

async function finished(page: Page): Promise<void> {
  await page.getByText('Finished', { exact: true }).waitFor({ timeout: 60_000 })
}

/** A name and a tag for the newest run of the list. */
async function label(page: Page, name: string, tag: string): Promise<void> {
  const menu = page.locator('.runs .menu summary').first()
  await menu.click()
  await page.getByLabel('Name', { exact: true }).first().fill(name)
  await page.getByRole('button', { name: 'Rename' }).first().click()
  await page.getByRole('link', { name }).waitFor()
  await menu.click()
  await page.getByLabel('Tag', { exact: true }).first().fill(tag)
  await page.getByRole('button', { name: 'Add' }).first().click()
  await page.getByRole('button', { name: `Remove the tag ${tag}` }).waitFor()
}

const LOAD = ['-u', '50', '-r', '10', '-t', '30s', '--seed', '7']
const CONDITIONS = ['--threshold', 'GET /students p99<200ms, all failures<1%']

suite('screenshots', { skip: NO_BROWSER }, () => {
  test('each state, light and dark', async (t) => {
    mkdirSync(FOLDER, { recursive: true })
    const log = join(folderOf(t), 'api.log')
    writeFileSync(log, '')
    const { url: host } = await service(t, log)
    const { url } = await ui(t, host, [...LOAD, ...CONDITIONS, '--server-log', log])
    const page = await pageAt(t, url, { viewport: VIEWPORT })
    await page.getByText('Stages', { exact: true }).click()
    await shot(page, 'start')
    await page.getByText('Users', { exact: true }).first().click()
    await start(page, 50)
    await page.getByLabel('Users', { exact: true }).fill('150')
    await page.getByLabel('per second').fill('25')
    await page.getByRole('button', { name: 'Change' }).click()
    await atWork(page, 150)
    await page.getByText('0:18 of', { exact: false }).waitFor()
    await shot(page, 'live')
    await finished(page)
    const report = await pageAt(t, await savedReport(t, page), { viewport: VIEWPORT })
    await finished(report)
    await shot(report, 'report')
    await page.getByRole('tab', { name: /Why it failed/ }).click()
    await page.locator('.failures summary').first().click()
    await page.getByLabel('What the service wrote').waitFor()
    await page.evaluate(() => scrollTo(0, 0))
    await shot(page, 'why')
    await page
      .locator('.failures')
      .first()
      .evaluate((list) => list.previousElementSibling!.scrollIntoView())
    await shot(page, 'failures')
    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    await label(page, 'Before the index', 'baseline')
    await page.getByRole('link', { name: 'New run' }).click()
    await page.getByText('More', { exact: true }).click()
    await page.getByLabel('Seed').fill('8')
    await start(page, 50)
    await finished(page)
    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    await page.locator('.runs > li').nth(1).waitFor()
    for (const box of await page.getByRole('checkbox').all()) await box.check()
    await shot(page, 'runs')
    await page.getByRole('button', { name: 'Compare two' }).click()
    await page.locator('.legend .dashed').first().waitFor()
    await shot(page, 'compare')
    await page.goBack()
    await page.getByRole('link', { name: 'Before the index' }).click()
    await finished(page)
    await page.setViewportSize({ width: 375, height: 812 })
    await shot(page, 'phone')
  })
})
