import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { pino } from 'pino'
import { createApp, type AppDependencies } from '../src/app.ts'
import { newApiKey } from '../src/auth/api-key.ts'
import { Random } from '../src/seed/random.ts'
import { SqliteApiKeys } from '../src/store/sqlite-api-keys.ts'
import { fuzzSockets } from '../test-long/socket-fuzz.ts'
import { ada, addStudent, openStore, temporaryFolder } from './fixture.ts'

/** @param level With `debug` nothing is answered ahead of the framework. */
async function portOf(
  t: TestContext,
  level: 'info' | 'debug',
  dependencies: Pick<AppDependencies, 'store' | 'keys'>,
): Promise<number> {
  const app = createApp({ logger: pino({ level }, { write: () => {} }), ...dependencies })
  t.after(() => app.close())
  return Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
}

/** Keys of each kind, and what to say to use them. */
async function openKeys(t: TestContext) {
  const keys = new SqliteApiKeys(join(temporaryFolder(t), 'keys.db'))
  t.after(() => keys[Symbol.dispose]())
  const made = (['read', 'write', 'admin'] as const).map((scope) => newApiKey(scope, [scope], new Date()))
  for (const { key } of made) await keys.add(key)
  const credentials = made.map(({ token }) => `Bearer ${token}`)
  return { keys, credentials: [...credentials, `${credentials[0]}x`, 'Bearer a.b'] }
}

for (const [who, open] of [
  ['everybody', async () => ({ credentials: [] })],
  ['who has a key', openKeys],
] as const) {
  test(`200 connections of hostile requests are answered to ${who} as the framework would`, async (t) => {
    const { credentials, ...keys } = await open(t)
    const store = openStore(t)
    const ports = {
      ahead: await portOf(t, 'info', { store, ...keys }),
      usual: await portOf(t, 'debug', { store, ...keys }),
    }
    let n = 0
    const change = () => addStudent(store, { ...ada, name: `Zoë ${n}`, email: `s${n++}@example.com` })
    const random = new Random(20_260_102)
    const { statuses, differences } = await fuzzSockets({ ports, count: 200, random, credentials, change })
    assert.deepEqual(differences, [])
    const told = [...statuses.keys()].join()
    for (const status of [
      200,
      304,
      400,
      404,
      405,
      417,
      422,
      431,
      ...(credentials.length > 0 ? [401, 403] : []),
    ]) {
      assert.ok(told.includes(String(status)), `${status} was never answered: ${told}`)
    }
  })
}
