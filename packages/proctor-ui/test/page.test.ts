import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import { NO_BROWSER, pageAt, service, ui } from './browser.ts'

const AXE = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

/** What axe has against the page as it stands, in words. */
async function complaints(page: Page): Promise<string[]> {
  // The page's own policy lets no other script in; what a debugger evaluates is not bound by it.
  const found = await page.evaluate(`${AXE}; axe.run().then(({ violations }) => violations.map(
    ({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' | ')))`)
  return found as string[]
}

/** A figure at a glance, as a number. */
async function figure(page: Page, label: string): Promise<number> {
  const text = await page.locator('.glance div', { hasText: label }).locator('b').textContent()
  return Number(text!.replaceAll(/[^\d.]/g, ''))
}

suite('the page in Chromium', { concurrency: 2, skip: NO_BROWSER }, () => {
  test('the seed’s run is started from the form, watched, steered and stopped', async (t) => {
    const { url: host } = await service(t)
    const { url } = await ui(t, host)
    const page = await pageAt(t, url)
    await page.getByRole('button', { name: 'First exam' }).click()
    assert.deepEqual(await complaints(page), [])
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await page.getByText('Running', { exact: true }).waitFor()
    await page.locator('.requests').getByText('/students').first().waitFor()
    await page.waitForFunction(() => Number(document.querySelector('.glance b')?.textContent) >= 5)
    const requests = await figure(page, 'Requests/s')
    assert.ok(requests > 0)
    await page.getByLabel('Users', { exact: true }).fill('12')
    await page.getByLabel('per second').fill('100')
    await page.getByRole('button', { name: 'Change' }).click()
    await page.waitForFunction(() => document.querySelector('.glance b')?.textContent === '12')
    assert.deepEqual(await complaints(page), [])
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByText('Stopped', { exact: true }).waitFor()
  })
})
