import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite, test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { NO_BROWSER, pageAt, service, STRANGER, ui } from './browser.ts'

/** Where another's page is served. */
async function elsewhere(t: TestContext): Promise<string> {
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'text/html').end('<p>hello'),
  )
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

/** Whatever a page can try of `at`: what it read, of each way. */
async function attempts(page: Page, at: string): Promise<string[]> {
  return page.evaluate(async (url) => {
    const tries: (readonly [string, RequestInit])[] = [
      ['api/page', {}],
      ['api/runs', {}],
      ['api/events', {}],
      ['', {}],
      ...['start', 'stop', 'reset', 'steer', 'start-over', 'refresh'].flatMap((path) => [
        [`api/${path}`, { method: 'POST', body: '{"fields":{}}' }] as const,
        [
          `api/${path}`,
          { method: 'POST', body: '{"fields":{}}', headers: { 'content-type': 'application/json' } },
        ] as const,
        [`api/${path}`, { method: 'POST', mode: 'no-cors', body: '{"fields":{}}' }] as const,
      ]),
    ]
    const read: string[] = []
    for (const [path, init] of tries) {
      try {
        const text = await (await fetch(url + path, { credentials: 'include', ...init })).text()
        if (text !== '') read.push(`${init.method ?? 'GET'} ${path}: ${text.slice(0, 60)}`)
      } catch {
        // As it should be.
      }
    }
    return read
  }, at)
}

suite('strangers in Chromium', { concurrency: 2, skip: NO_BROWSER }, () => {
  test('a page of another origin starts, stops and reads nothing', async (t) => {
    const { url: host } = await service(t)
    const { url } = await ui(t, host, ['-u', '2', '-r', '50', '-t', '60s'])
    const own = await pageAt(t, url)
    const stranger = await pageAt(t, await elsewhere(t))
    assert.deepEqual(await attempts(stranger, url), [])
    assert.deepEqual(await own.evaluate(() => fetch('api/runs').then((answer) => answer.json())), [])
    await own.getByRole('button', { name: 'Start', exact: true }).click()
    await own.locator('.requests tbody th').first().waitFor()
    assert.deepEqual(await attempts(stranger, url), [])
    await own.getByText('Running', { exact: true }).waitFor()
  })

  test('under a name that is not its own nothing is served, and nothing done', async (t) => {
    const { url: host } = await service(t)
    const { url } = await ui(t, host)
    const page = await pageAt(t, 'about:blank')
    const answer = await page.goto(url.replace('127.0.0.1', STRANGER))
    assert.equal(answer!.status(), 403)
    const statuses = await page.evaluate(async () => {
      const headers = { 'content-type': 'application/json' }
      const made = [fetch('api/page'), fetch('api/start', { method: 'POST', headers, body: '{"fields":{}}' })]
      return (await Promise.all(made)).map(({ status }) => status)
    })
    assert.deepEqual(statuses, [403, 403])
  })

  test('without the token nothing is read, started or stopped', async (t) => {
    const { url: host } = await service(t)
    const { url } = await ui(t, host, ['--web-host', '0.0.0.0'])
    const page = await pageAt(t, url.split('/#')[0]!)
    await page.getByText('This page needs its link').waitFor()
    const statuses = await page.evaluate(async () => {
      const headers = { 'content-type': 'application/json' }
      const post = (path: string) => fetch(path, { method: 'POST', headers, body: '{"fields":{}}' })
      const reads = ['page', 'runs', 'events'].map((path) => fetch(`api/${path}`))
      const changes = ['start', 'stop', 'reset', 'steer'].map((path) => post(`api/${path}`))
      return (await Promise.all([...reads, ...changes])).map(({ status }) => status)
    })
    assert.deepEqual(new Set(statuses), new Set([401]))
  })
})
