import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { after, test, type TestContext } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import { systemClock } from '../src/clock.ts'
import { PostgresStudentStore } from '../src/postgres/postgres-student-store.ts'
import { writeLimits } from '../src/store/write-queue.ts'
import { ada, openApp, post, problemOf, type LogLine } from './fixture.ts'
import { PostgresServer } from './postgres-server.ts'

// Not the one that other tests share.
const server = await PostgresServer.start('-c', 'fsync=off')
after(() => server[Symbol.asyncDispose]())

const waitMs = 500
// Twice the wait for a connection or an answer, and as much again for a busy machine.
const boundMs = 4 * waitMs

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
      const [probe, ...requests] = await reasons(log)
      // The probe asks once, and may be the one that finds the connection it was lent dead.
      assert.match(probe!, /connect (?:ENOENT|ECONNREFUSED)|^write EPIPE$/)
      assert.equal(requests.length, 2)
      for (const reason of requests) assert.match(reason, /connect (?:ENOENT|ECONNREFUSED)/)
      assertDiscreet(log, ready, list, added)
    })
    assert.equal((await ask('/readyz')).statusCode, 200)
    assert.equal((await post(app, { ...ada, email: `${signal}@example.com` })).statusCode, 201)
  })
}

test('while PostgreSQL stands still /readyz is 503 in bounded time; then it is 200', async (t) => {
  const { log, ask } = await openService(t)
  await server.standstill(async () => {
    log.length = 0
    // With the connection there is; then with new ones.
    for (let probe = 1; probe <= 3; probe++) {
      const [ready, readyMs] = await timed(() => ask('/readyz'))
      assert.deepEqual(problemOf(ready), [503, 'not-ready'])
      assert.ok(readyMs < boundMs, `${readyMs} ms`)
      assertDiscreet(log, ready)
    }
    for (const reason of await reasons(log)) assert.match(reason, /timeout/)
  })
  assert.equal((await ask('/readyz')).statusCode, 200)
})
