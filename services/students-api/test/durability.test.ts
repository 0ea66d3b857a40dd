import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { test, type TestContext } from 'node:test'
import { proveDurability } from '../test-long/durability-proof.ts'
import { temporaryFolder } from './fixture.ts'

/** A short form of `test-long/durability.ts`. */
function prove(t: TestContext, main: URL, kills: number) {
  return proveDurability({
    main: fileURLToPath(main),
    folder: temporaryFolder(t),
    kills,
    connections: 20,
    killAfterMs: [100, 250],
    random: Math.random,
  })
}

test('three kills lose nothing that was acknowledged, and double nothing', async (t) => {
  const { acknowledged, unanswered, violations } = await prove(
    t,
    new URL('../src/main.ts', import.meta.url),
    3,
  )
  t.diagnostic(`${acknowledged} acknowledged, ${unanswered} unanswered`)
  assert.deepEqual(violations, [])
  assert.ok(acknowledged > 60 && unanswered > 10)
})

const hasty = new URL('../test-long/hasty-main.ts', import.meta.url)

test('a service that answers before it commits is found out', async (t) => {
  const { violations } = await prove(t, hasty, 1)
  assert.ok(
    violations.some((violation) => violation.endsWith('was acknowledged and is lost after the kill')),
    violations.join('\n'),
  )
})
