import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { complaints } from './axe.ts'
import { NO_BROWSER, pageAt, scenarioOf, service, ui } from './browser.ts'

const SCENARIO = `
import { constant, counter, defineUser, rate, trend } from 'proctor'
const orders = counter('orders')
const paid = rate('paid')
const items = trend('items', { unit: 'pieces' })
export const Buyer = defineUser({
  waitTime: constant(0.05),
  tasks: {
    async buy({ http, transaction }) {
      await transaction('checkout', () => http.get('/students'))
      orders.add()
      paid.add(true)
      items.record(3)
    },
  },
})
`

suite("the scenario's own figures", { skip: NO_BROWSER }, () => {
  test('transactions and metrics stand below the requests, while it runs and in the report', async (t) => {
    const { url: host } = await service(t)
    const { url } = await ui(t, host, ['-u', '2', '-r', '50', '-t', '2s'], {
      scenario: scenarioOf(t, SCENARIO),
    })
    const page = await pageAt(t, url)
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    const transactions = page.getByRole('region', { name: 'Transactions' })
    await transactions.getByRole('row', { name: 'checkout' }).waitFor()
    await page.getByText('Finished', { exact: true }).waitFor()
    const cells = (name: string, row: string) =>
      page.getByRole('region', { name }).getByRole('row', { name: row }).getByRole('cell').allTextContents()
    const [times, failures] = await cells('Transactions', 'checkout')
    assert.ok(Number(times) > 0)
    assert.equal(failures, '0')
    assert.equal((await cells('Metrics', 'orders'))[0], times)
    assert.equal((await cells('Metrics', 'paid'))[0], '100 %')
    assert.match((await cells('Metrics', 'items (pieces)'))[2]!, /^(3|2\.99|3\.0\d)$/)
    assert.deepEqual(await complaints(page), [])
  })
})
