import assert from 'node:assert/strict'
import { test } from 'node:test'
import { examine } from './examination.ts'
import { FAULTS } from './faults.ts'

/** The whole laboratory takes minutes: `npm run laboratory`. */
for (const name of ['bad-row', 'payload-limit']) {
  test(`what is wrong is found: ${name}`, async () => {
    const { said, verdict } = await examine([FAULTS[name]!], 1)
    assert.equal(verdict, 'right', said.map(({ title }) => title).join('\n'))
  })
}

test('a service without a fault has nothing explained', async () => {
  assert.deepEqual((await examine([], 1)).said, [])
})
