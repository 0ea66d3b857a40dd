import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { complaints } from './axe.ts'
import { folderOf, NO_BROWSER, pageAt, scenarioOf, service, stop, ui } from './browser.ts'

const MANY = `import { defineUser } from 'proctor'
export const Walker = defineUser({
  tasks: {
    async walk({ http }) {
      for (let i = 0; i < 1000; i++) await http.get('/students?limit=1', { name: '/row/' + String(i).padStart(3, '0') })
    },
  },
})
`

suite('runs in Chromium', { concurrency: 2, skip: NO_BROWSER }, () => {
  test('a kept run is renamed, tagged and deleted', async (t) => {
    const { url: host } = await service(t)
    const { url } = await ui(t, host, ['-u', '2', '-r', '50', '-t', '1s'])
    const page = await pageAt(t, url)
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await page.getByText('Finished', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    const menu = page.locator('.runs .menu summary')
    await menu.click()
    await page.getByLabel('Name').fill('Before the index')
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('link', { name: 'Before the index' }).waitFor()
    await menu.click()
    await page.keyboard.press('Escape')
    await page.getByLabel('Tag', { exact: true }).waitFor({ state: 'hidden' })
    assert.ok(await menu.evaluate((summary) => summary === document.activeElement))
    await menu.click()
    await page.getByRole('heading', { name: 'Runs' }).click()
    await page.getByLabel('Tag', { exact: true }).waitFor({ state: 'hidden' })
    await menu.click()
    await page.getByLabel('Tag', { exact: true }).fill('two words')
    await page.getByRole('button', { name: 'Add' }).click()
    await page
      .getByRole('alert')
      .getByText(/expected a tag/)
      .waitFor()
    await menu.click()
    await page.getByLabel('Tag', { exact: true }).fill('baseline')
    await page.getByRole('button', { name: 'Add' }).click()
    const untag = page.getByRole('button', { name: 'Remove the tag baseline' })
    await untag.waitFor()
    assert.deepEqual(await complaints(page), [])
    await page.reload()
    await untag.click()
    await untag.waitFor({ state: 'detached' })
    await menu.click()
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('button', { name: 'Really delete it' }).click()
    await page.getByText('No run is kept here yet.').waitFor()
    assert.deepEqual(await complaints(page), [])
  })

  test('of a thousand requests only those in sight are drawn; they are found, sorted and looked at', async (t) => {
    const { url: host } = await service(t)
    const { url } = await ui(t, host, ['-u', '8', '-r', '50', '--iterations', '8'], {
      scenario: scenarioOf(t, MANY),
    })
    const page = await pageAt(t, url)
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await page.getByText('Finished', { exact: true }).waitFor({ timeout: 60_000 })
    const table = page.getByRole('table')
    assert.equal(await table.getAttribute('aria-rowcount'), '1002')
    assert.ok((await page.locator('.requests tbody th').count()) < 40)
    await page.getByLabel('Table of requests').evaluate((box) => box.scrollTo(0, box.scrollHeight))
    await page.getByText('/row/999').waitFor()
    await page.getByRole('button', { name: 'Request', exact: true }).click()
    await page.getByLabel('Table of requests').evaluate((box) => box.scrollTo(0, 0))
    await page.getByText('/row/999').waitFor()
    await page.getByLabel('Filter requests').fill('row/42')
    await page.getByText('/row/429').waitFor()
    assert.equal(await table.getAttribute('aria-rowcount'), '12')
    await page.getByText('/row/427').click()
    await page.getByRole('heading', { name: 'GET /row/427' }).waitFor()
    assert.deepEqual(await complaints(page), [])
  })

  test('its server killed and started again: that is said, then the page is its own again', async (t) => {
    const { url: host } = await service(t)
    const folder = folderOf(t)
    const { url, child } = await ui(t, host, ['-u', '2', '-r', '50', '-t', '60s'], { folder })
    const page = await pageAt(t, url)
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await page.locator('.requests tbody th').first().waitFor()
    await stop(child)
    await page.getByText(/Connection lost/).waitFor()
    await page.locator('.requests tbody th').first().waitFor()
    assert.deepEqual(await complaints(page), [])
    await ui(t, host, ['--web-port', new URL(url).port], { folder })
    // The run went down with the server, and is kept as far as it came.
    await page.getByText('Broke off', { exact: true }).waitFor({ timeout: 60_000 })
    assert.match(page.url(), /#\/runs\/[\w-]+$/)
    await page.locator('.requests tbody th').first().waitFor()
    await page.getByText(/Connection lost/).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    await page
      .getByText('broke off')
      .or(page.getByText('running', { exact: true }))
      .waitFor()
    await page.locator('.run-what a').click()
    await page.locator('.requests tbody th').first().waitFor()
  })
})
