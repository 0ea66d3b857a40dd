import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from './fuzz.ts'
import { fuzzCase } from './fuzz-case.ts'

/** `npm run fuzz:answers` plays 100,000 of them. */
const CASES = 3_000

test(`${CASES} hostile answers over sockets: no crash, no hang, each counted once with the code it must have`, async (t) => {
  const { played, outcomes, wrong } = await fuzz({ seed: 7, from: 0, to: CASES, lanes: 32 })
  t.diagnostic(JSON.stringify(Object.fromEntries(outcomes)))
  assert.deepEqual(wrong, [])
  assert.equal(played, CASES)
  const kinds = [
    'answered',
    'bad-response',
    'connection-closed',
    'connection-reset',
    'headers-too-large',
    'timed-out',
    'unexpected-data',
  ]
  // How many of those that fail without a byte find a connection that has idled is left to chance.
  outcomes.delete('stale-connection')
  assert.deepEqual([...outcomes.keys()].toSorted(), kinds)
  for (const [kind, count] of outcomes) assert.ok(count >= CASES / 50, `${kind} was hardly tried: ${count}`)
})

test('a case is the same whenever it is asked for', () => {
  for (let index = 0; index < 200; index++) assert.deepEqual(fuzzCase(7, index), fuzzCase(7, index))
})
