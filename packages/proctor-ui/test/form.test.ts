import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import { complaints, complaintsOnPhone } from './axe.ts'
import { NO_BROWSER, pageAt, scenarioOf, service, ui } from './browser.ts'

const SCENARIO = `import { constant, defineArguments, defineUser } from 'proctor'
const args = defineArguments({
  pageSize: { type: 'number', default: 20, help: 'rows of a page' },
  sort: { type: 'string', default: 'id', choices: ['id', 'name'], help: 'order of rows' },
  isDeep: { type: 'boolean', default: false },
  tenant: { type: 'string', default: 'a' },
})
const asks = (name: string) =>
  defineUser({
    waitTime: constant(0.05),
    tasks: { list: ({ http }) => http.get('/students?limit=' + args.pageSize, { name: name + args.sort + args.isDeep }) },
  })
export const Reader = asks('/reader/')
export const Writer = asks('/writer/')
`

/** Resolves once the handle stands there. */
async function standsAt(page: Page, stage: number, words: RegExp): Promise<void> {
  await page.waitForFunction(
    ([at, source]) => {
      const handle = document.querySelectorAll('.handle')[at - 1]
      return new RegExp(source).test(handle?.getAttribute('aria-valuetext') ?? '')
    },
    [stage, words.source] as const,
  )
}

suite('the form in Chromium', { concurrency: 2, skip: NO_BROWSER }, () => {
  test('stages are drawn by keyboard and by mouse', async (t) => {
    const { url: host } = await service(t)
    const { url } = await ui(t, host, ['--stages', '10s:20,30s:20'])
    const page = await pageAt(t, url)
    const first = page.getByRole('slider', { name: 'Stage 1', exact: true })
    await standsAt(page, 1, /^20 users at 0:10$/)
    await first.focus()
    for (const [key, words] of [
      ['ArrowUp', /^21 users at 0:10$/],
      ['Shift+ArrowUp', /^31 users at 0:10$/],
      ['ArrowLeft', /^31 users at 0:09$/],
      ['ArrowDown', /^30 users at 0:09$/],
    ] as const) {
      await page.keyboard.press(key)
      await standsAt(page, 1, words)
    }
    await page.keyboard.press('Enter')
    await standsAt(page, 2, /^25 users at 0:20$/)
    assert.equal(await page.getByRole('slider').count(), 3)
    await page.keyboard.press('Delete')
    await standsAt(page, 1, /^25 users at 0:20$/)
    const box = (await first.boundingBox())!
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 60, y + 30, { steps: 4 })
    await page.mouse.up()
    await standsAt(page, 1, /^1\d users at 0:2[2-6]$/)
    assert.deepEqual(await complaints(page), [])
  })

  test('arguments are fields of their type, wrong ones are said there, and weights choose who runs', async (t) => {
    const { url: host } = await service(t)
    const scenario = scenarioOf(t, SCENARIO)
    const { url } = await ui(t, host, ['-u', '4', '-r', '50', '-t', '2s'], { scenario })
    const page = await pageAt(t, url)
    const size = page.getByLabel('pageSize')
    await size.fill('many')
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await page.getByText('expected a number, got "many"').first().waitFor()
    assert.equal(await size.getAttribute('aria-invalid'), 'true')
    assert.ok(await size.evaluate((field) => field === document.activeElement))
    assert.deepEqual(await complaints(page), [])
    await size.fill('5')
    await page.getByLabel('sort').selectOption('name')
    await page.getByLabel('isDeep').check()
    await page.getByLabel('Writer').fill('some')
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await page
      .getByText(/expected a user class and its weight/)
      .first()
      .waitFor()
    await page.getByLabel('Writer').fill('0')
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await page.getByText('Finished', { exact: true }).waitFor()
    assert.deepEqual(await page.locator('.requests tbody th').allTextContents(), ['GET /reader/nametrue'])
    await page.getByRole('tab', { name: 'Details' }).click()
    const command = await page.getByLabel('Command line').textContent()
    for (const part of ['--weight=Writer=0', '--page-size=5', '--sort=name', '--is-deep'])
      assert.ok(command!.includes(part), `${part} in ${command}`)
    assert.deepEqual(await complaints(page), [])
  })

  test('a scenario that cannot be run is said with its reason, and read again once it is mended', async (t) => {
    const scenario = scenarioOf(t, 'export const nothing = 1\n')
    const { url } = await ui(t, 'http://127.0.0.1:1', [], { scenario })
    const page = await pageAt(t, url)
    await page
      .getByRole('alert')
      .getByText(/cannot be run: .*expected at least one exported user/)
      .waitFor()
    assert.deepEqual(await complaints(page), [])
    assert.deepEqual(await complaintsOnPhone(page), [])
    writeFileSync(scenario, SCENARIO)
    await page.getByRole('button', { name: 'Read it again' }).click()
    await page.getByRole('alert').waitFor({ state: 'detached' })
    assert.ok(await page.getByRole('button', { name: 'Start', exact: true }).isEnabled())
  })
})
