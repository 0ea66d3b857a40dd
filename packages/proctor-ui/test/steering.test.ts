import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import { complaints, complaintsOnPhone } from './axe.ts'
import { NO_BROWSER, pageAt, scenarioOf, service, ui } from './browser.ts'

/** Its generator can't keep up, and that is said of it. */
const BUSY = `import { defineUser } from 'proctor'
export const Thinker = defineUser({
  tasks: {
    async think({ http }) {
      await http.get('/students?limit=1')
      const until = performance.now() + 100
      while (performance.now() < until);
    },
  },
})
`

async function start(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByText('Running', { exact: true }).waitFor()
}

async function usersAre(page: Page, users: string): Promise<void> {
  await page.waitForFunction((wanted) => document.querySelector('.glance b')?.textContent === wanted, users)
}

function topOfTabs(page: Page): Promise<number> {
  return page.getByRole('tablist').evaluate((tabs) => tabs.getBoundingClientRect().top)
}

suite('steering in Chromium', { concurrency: 2, skip: NO_BROWSER }, () => {
  test('with two pages open the one that changed nothing follows; what is typed stays', async (t) => {
    const { url: host } = await service(t)
    const { url } = await ui(t, host, ['-u', '6', '-r', '100', '-t', '60s'])
    const [one, other] = [await pageAt(t, url), await pageAt(t, url)]
    await start(one)
    const box = other.getByLabel('Users', { exact: true })
    await box.waitFor()
    await usersAre(other, '6')
    await one.getByLabel('Users', { exact: true }).fill('3')
    await one.getByLabel('per second').fill('100')
    await one.getByRole('button', { name: 'Change' }).click()
    await usersAre(other, '3')
    assert.equal(await box.inputValue(), '3')
    await box.fill('9')
    await one.getByLabel('Users', { exact: true }).fill('4')
    await one.getByRole('button', { name: 'Change' }).click()
    await usersAre(other, '4')
    assert.equal(await box.inputValue(), '9')

    // By keyboard: where the button was is what is to be done next.
    await one.getByRole('button', { name: 'Stop' }).focus()
    await one.keyboard.press('Enter')
    await one.getByText('Stopped', { exact: true }).waitFor()
    const next = one.getByRole('button', { name: 'New run' })
    assert.ok(await next.evaluate((button) => button === document.activeElement))
    // Six were at work, and what was wanted then is not what is wanted now.
    assert.equal(
      await one.locator('.glance div').first().innerText(),
      ['Users at the peak', '6', 'changed by hand'].join('\n'),
    )
    assert.deepEqual(await complaints(one), [])
  })

  test('a run that begins anew keeps the focus', async (t) => {
    const { url: host } = await service(t)
    const { url } = await ui(t, host, ['-u', '2', '-r', '100', '-t', '60s'])
    const page = await pageAt(t, url)
    await start(page)
    const run = page.locator('.requests tbody th').first()
    await run.waitFor()
    await page.getByRole('button', { name: 'Start over' }).focus()
    await page.keyboard.press('Enter')
    await run.waitFor({ state: 'detached' })
    await run.waitFor()
    // The button itself, where the old run's end and the new one's begin came as one tick.
    assert.match(await page.evaluate(() => document.activeElement!.textContent), /^(Stop|Start over)$/)
  })

  test('a load that is left empty is said at its field, and nothing runs', async (t) => {
    const { url: host } = await service(t)
    const { url } = await ui(t, host)
    const page = await pageAt(t, url)
    for (const label of ['Users', 'Spawn rate', 'Run time']) {
      await page.getByRole('textbox', { name: label, exact: true }).fill('')
    }
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    const users = page.getByRole('textbox', { name: 'Users', exact: true })
    assert.equal(await users.getAttribute('aria-invalid'), 'true')
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true')
    assert.ok(await users.evaluate((field) => field === document.activeElement))
    assert.deepEqual(await page.getByRole('alert').allTextContents(), [
      'users: expected a number, got nothing',
      'spawn rate: expected a number, got nothing',
    ])
    assert.deepEqual(await complaints(page), [])
    await page.getByText('Arrivals', { exact: true }).click()
    await page.getByRole('textbox', { name: 'Arrivals per second' }).fill(' ')
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await page.getByRole('alert').getByText('arrivals: expected a number, got nothing').waitFor()
    assert.equal(await page.getByRole('link', { name: 'Run', exact: true }).count(), 0)
  })

  test('what speaks against a run that goes on is seen whole, and moves nothing', async (t) => {
    const { url: host } = await service(t)
    const scenario = scenarioOf(t, BUSY)
    const { url } = await ui(t, host, ['-u', '2', '-r', '100', '-t', '60s', '--threads', '1'], { scenario })
    const page = await pageAt(t, url)
    const phone = await pageAt(t, url, { viewport: { width: 375, height: 812 } })
    await start(page)
    for (const each of [page, phone]) await each.locator('.verdicts .note').waitFor()
    const before = await Promise.all([page, phone].map(topOfTabs))
    for (const each of [page, phone]) {
      const verdict = each.locator('.verdicts .bad')
      await verdict.waitFor()
      assert.match((await verdict.textContent())!, /^Void .*: .+/)
      const cutOff = await verdict.evaluate((item) => [
        item.scrollWidth - item.clientWidth,
        item.scrollHeight - item.clientHeight,
      ])
      assert.deepEqual(cutOff, [0, 0])
    }
    assert.deepEqual(await Promise.all([page, phone].map(topOfTabs)), before)
    assert.deepEqual(await complaintsOnPhone(phone), [])
  })
})
