import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verdictLine, verdictOf } from '../verdict.ts'

test('both limits belong to the better side', () => {
  assert.deepEqual([1.25, 1.26, 1.6, 1.61].map(verdictOf), [
    'aim met',
    'accepted',
    'accepted',
    'over the limit',
  ])
})

test('the verdict is one line', () => {
  assert.equal(verdictLine(1.31), 'ratio 1.31 (aim ≤ 1.25, accepted ≤ 1.60): accepted')
})
