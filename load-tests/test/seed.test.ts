import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { pino } from 'pino'
import { createApp } from 'students-api/src/app.ts'
import { systemClock } from 'students-api/src/clock.ts'
import { SqliteStudentStore } from 'students-api/src/store/sqlite-student-store.ts'

const PROCTOR = new URL('../../node_modules/.bin/proctor', import.meta.url).pathname
const SCENARIO = new URL('../students.ts', import.meta.url).pathname

/** What the service logged of one request. */
interface LogLine {
  msg: string
  method: string
  route: string
  status: number
  bytes: number
}

interface Report {
  total: { count: number; failures: number; interrupted: number }
  requests: { method: string; name: string; count: number; failures: number; averageBytes: number }[]
  failures: { method: string; name: string; count: number; example: { response: { status: number } } }[]
  exceptions: unknown[]
  generator: { verdict: string }
  timeline: { requests: { count: number }[] }[]
}

suite("the seed's run: 50 users, 5 a second, 60 s", () => {
  const folder = mkdtempSync(join(tmpdir(), 'proctor-seed-'))
  const emails: string[] = []
  const lines: LogLine[] = []
  let report: Report
  let exitCode: number

  const requestsLogged = (method: string): LogLine[] =>
    lines.filter((line) => line.msg === 'request' && line.method === method)
  const requests = (method: string): Report['requests'][number] =>
    report.requests.find((request) => request.method === method)!

  before(async () => {
    using store = new SqliteStudentStore(join(folder, 'students.db'), systemClock)
    const logger = pino({ level: 'debug' }, { write: (line) => lines.push(JSON.parse(line) as LogLine) })
    const app = createApp({ store, logger })
    // What was sent, seen before the service judges it.
    app.addHook('preValidation', async ({ body }) => {
      if (body) emails.push((body as { email: string }).email)
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    const file = join(folder, 'report.json')
    const load = ['-u', '50', '-r', '5', '-t', '60s']
    const args = [
      'run',
      SCENARIO,
      '-H',
      `http://127.0.0.1:${port}`,
      ...load,
      '--json-file',
      file,
      '--no-history',
    ]
    ;[exitCode] = (await once(spawn(PROCTOR, args, { stdio: 'ignore' }), 'exit')) as [number]
    await app.close()
    report = JSON.parse(readFileSync(file, 'utf8')) as Report
  })
  after(() => rmSync(folder, { recursive: true }))

  test('asks 1,850 times ± 5 %, as Little’s law says', (t) => {
    t.diagnostic(`${report.total.count} requests`)
    assert.ok(Math.abs(report.total.count - 1850) <= 0.05 * 1850, `${report.total.count} requests`)
  })

  test('asks two GETs to one POST, within four standard errors', (t) => {
    const share = requests('GET').count / report.total.count
    const standardError = Math.sqrt(((2 / 3) * (1 / 3)) / report.total.count)
    t.diagnostic(
      `${share.toFixed(4)}, ${(Math.abs(share - 2 / 3) / standardError).toFixed(2)} standard errors from 2/3`,
    )
    assert.ok(Math.abs(share - 2 / 3) <= 4 * standardError, `share of GETs ${share}`)
  })

  test('fails exactly as often as an e-mail was sent before, each with a 409', (t) => {
    const repeats = emails.length - new Set(emails).size
    t.diagnostic(`${emails.length} POSTs, ${repeats} repeated e-mails, ${report.total.failures} failures`)
    assert.equal(requests('POST').count, emails.length)
    assert.equal(requests('POST').failures, repeats)
    assert.equal(requests('GET').failures, 0)
    assert.equal(
      report.failures.reduce((sum, { count }) => sum + count, 0),
      repeats,
    )
    for (const { example } of report.failures) assert.equal(example.response.status, 409)
    // On a machine that is busy with other things the run is void: its times say nothing, its counts are as right as ever.
    const isVoid = report.generator.verdict === 'void'
    assert.equal(exitCode, isVoid ? 3 : repeats === 0 ? 0 : 1)
  })

  for (const method of ['GET', 'POST']) {
    test(`counts ${method}s and their bytes as the service's own log does`, () => {
      const logged = requestsLogged(method)
      const bytes = logged.reduce((sum, line) => sum + line.bytes, 0)
      assert.equal(requests(method).count, logged.length)
      assert.equal(requests(method).failures, logged.filter(({ status }) => status >= 400).length)
      assert.equal(Math.round(requests(method).averageBytes * requests(method).count), bytes)
    })
  }

  test('accounts for every request: timeline and totals agree, none interrupted or thrown', () => {
    const inTimeline = report.timeline
      .flatMap((second) => second.requests)
      .reduce((sum, { count }) => sum + count, 0)
    assert.equal(inTimeline, report.total.count)
    assert.equal(report.total.interrupted, 0)
    assert.deepEqual(report.exceptions, [])
  })
})
