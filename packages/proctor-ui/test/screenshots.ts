import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { folderOf, NO_BROWSER, pageAt, service, ui } from './browser.ts'

/** `npm run screenshots`: the page in each of its states, light and dark, into docs/pictures. */

const FOLDER = new URL('../../../docs/pictures/', import.meta.url).pathname
const VIEWPORT = { width: 1120, height: 900 }

async function shot(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    // Charts are drawn anew for it.
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    )
    await page.screenshot({ path: `${FOLDER}${name}-${colorScheme}.png` })
  }
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

suite('screenshots', { skip: NO_BROWSER }, () => {
  test('each state, light and dark', async (t) => {
    mkdirSync(FOLDER, { recursive: true })
    const { url: host } = await service(t)
    const { url } = await ui(t, host, [
      '-u',
      '50',
      '-r',
      '10',
      '-t',
      '24s',
      '--seed',
      '7',
      '--threshold',
      'GET /students p99<200ms, all failures<5%',
    ])
    const page = await pageAt(t, url, { viewport: VIEWPORT })
    await page.getByText('Stages', { exact: true }).click()
    await shot(page, 'start')
    await page.getByText('Users', { exact: true }).first().click()
    for (const round of [1, 2]) {
      await page.getByRole('button', { name: 'Start', exact: true }).click()
      await page.getByText('Running', { exact: true }).waitFor()
      await page.waitForFunction(
        (users) => document.querySelector('.glance b')?.textContent === String(users),
        50,
        { timeout: 60_000 },
      )
      if (round === 1) {
        await page.getByLabel('Users', { exact: true }).fill('80')
        await page.getByLabel('per second').fill('10')
        await page.getByRole('button', { name: 'Change' }).click()
        await page.waitForFunction(() => document.querySelector('.glance b')?.textContent === '80')
        await page.waitForTimeout(4_000)
        await shot(page, 'live')
      }
      await page.getByText('Finished', { exact: true }).waitFor({ timeout: 60_000 })
      if (round === 2) break
      await page.getByRole('link', { name: 'New run' }).click()
    }
    await page.getByRole('tab', { name: /Why it failed/ }).click()
    await page.locator('.failures summary').first().click()
    await page.getByLabel('Response').first().waitFor()
    await shot(page, 'failures')
    const report = await pageAt(t, await savedReport(t, page), { viewport: VIEWPORT })
    await report.getByText('Finished', { exact: true }).waitFor()
    await shot(report, 'report')
    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    for (const box of await page.getByRole('checkbox').all()) await box.check()
    await shot(page, 'runs')
    await page.getByRole('button', { name: 'Compare two' }).click()
    await page.locator('.legend .dashed').first().waitFor()
    await shot(page, 'compare')
    await page.goBack()
    await page.locator('.run-what a').first().click()
    await page.getByText('Finished', { exact: true }).waitFor()
    await page.setViewportSize({ width: 375, height: 812 })
    await shot(page, 'phone')
  })
})
