import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verdictLine, verdictOf } from '../verdict.ts'

const limits = { aim: 1.25, accepted: 1.4 }

test('both limits belong to the better side', () => {
  assert.deepEqual(
    [1.25, 1.26, 1.4, 1.41].map((ratio) => verdictOf(ratio, limits)),
    ['aim met', 'accepted', 'accepted', 'over the limit'],
  )
})

test('the verdict is one line', () => {
  const line = 'small GET: proctor 1.31 × wrk (aim ≤ 1.25, accepted ≤ 1.40): accepted'
  assert.equal(verdictLine('small GET', 1.31, limits), line)
})
