import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { after, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { LightMyRequestResponse } from 'fastify'
import { systemClock } from '../src/clock.ts'
import { PostgresStudentStore } from '../src/postgres/postgres-student-store.ts'
import { writeLimits } from '../src/store/write-queue.ts'
import { ServiceProcess } from '../test-long/service-process.ts'
import { ada, openApp, post, problemOf, type LogLine } from './fixture.ts'
import { PostgresServer } from './postgres-server.ts'

// Not the one that other tests share.
const server = await PostgresServer.start('-c', 'fsync=off')
after(() => server[Symbol.asyncDispose]())

const main = new URL('../src/main.ts', import.meta.url)
const waitMs = 500
// A wait for a connection, twice that for an answer, and as much again for a busy machine.
const boundMs = 6 * waitMs

async function openService(t: TestContext) {
  const address = { url: server.url, poolSize: 2 }
  const store = await PostgresStudentStore.open(address, systemClock, { ...writeLimits, waitMs })
  t.after(() => store[Symbol.asyncDispose]())
  const { app, log } = openApp(t, store)
  const ask = async (url: string): Promise<LightMyRequestResponse> => app.inject(url)
  assert.equal((await ask('/readyz')).statusCode, 200)
  return { app, log, ask }
}

async function timed<Result>(work: () => Promise<Result>): Promise<[Result, number]> {
  const startedMs = performance.now()
  return [await work(), performance.now() - startedMs]
}

/** What the log tells of why. */
async function reasons(log: readonly LogLine[]): Promise<string[]> {
  // A request's line is written just after its answer.
  await setImmediate()
  return log.flatMap(({ err }) => (err ? [(err as Error).message] : []))
}

function assertDiscreet(log: readonly LogLine[], ...answers: LightMyRequestResponse[]): void {
  const told = [JSON.stringify(log), ...answers.map(({ body }) => body)].join()
  for (const secret of ['postgres://', new URL(server.url).password]) {
    assert.ok(!told.includes(secret), `${secret} was told`)
  }
  for (const { body } of answers) assert.doesNotMatch(body, /ECONN|ENOENT|\.s\.PGSQL|timeout/i)
}

for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
  test(`while PostgreSQL is gone (${signal}) all that needs it is 503 in bounded time; then it goes on`, async (t) => {
    const { app, log, ask } = await openService(t)
    await server.outage(signal, async () => {
      log.length = 0
      const [ready, readyMs] = await timed(() => ask('/readyz'))
      const [list, listMs] = await timed(() => ask('/students'))
      const [added, addedMs] = await timed(() => post(app, ada))
      assert.deepEqual(problemOf(ready), [503, 'not-ready'])
      assert.deepEqual(problemOf(list), [503, 'overloaded'])
      assert.deepEqual(problemOf(added), [503, 'overloaded'])
      assert.ok(Math.max(readyMs, listMs, addedMs) < boundMs, `${readyMs}, ${listMs}, ${addedMs} ms`)
      assert.equal((await ask('/livez')).statusCode, 200)
      // A connection found dead is no reason: whatever is asked is asked again over a new one.
      const told = await reasons(log)
      assert.equal(told.length, 3)
      for (const reason of told) assert.match(reason, /connect (?:ENOENT|ECONNREFUSED)/)
      assertDiscreet(log, ready, list, added)
    })
    assert.equal((await ask('/readyz')).statusCode, 200)
    assert.equal((await post(app, { ...ada, email: `${signal}@example.com` })).statusCode, 201)
  })
}

test('while PostgreSQL stands still all that needs it is 503 in bounded time; then it goes on', async (t) => {
  const { app, log, ask } = await openService(t)
  const add = (n: number) => post(app, { ...ada, email: `still${n}@example.com` })
  await server.standstill(async () => {
    log.length = 0
    // With the connection there is; then with new ones; and more than there may be connections.
    for (const work of [
      () => ask('/readyz'),
      () => ask('/students'),
      () => add(0),
      () => ask('/students/1'),
    ]) {
      const [answers, tookMs] = await timed(() => Promise.all([work(), work(), work()]))
      for (const answer of answers) {
        assert.equal(answer.statusCode, 503)
        assert.ok(answer.headers['retry-after'] === '1' || problemOf(answer)[1] === 'not-ready')
      }
      assert.ok(tookMs < boundMs, `${tookMs} ms`)
      assertDiscreet(log, ...answers)
    }
    for (const reason of await reasons(log)) assert.match(reason, /time/)
  })
  assert.equal((await ask('/readyz')).statusCode, 200)
  // Nothing was done of what was refused.
  assert.equal((await add(0)).statusCode, 201)
})

test('while PostgreSQL stands still the service can be stopped', async () => {
  const service = await ServiceProcess.startOn(fileURLToPath(main), server.url)
  assert.equal((await fetch(`${service.url}/students`)).status, 200)
  await server.standstill(async () => assert.equal(await service.end('SIGTERM'), 0))
})
