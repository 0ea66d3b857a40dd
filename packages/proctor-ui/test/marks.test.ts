import assert from 'node:assert/strict'
import { test } from 'node:test'
import { marksOf } from '../src/charts/marks.ts'

test('of changes within a second the last is marked; resets stand beside them, all in their order', () => {
  const marks = marksOf({
    steering: [
      { elapsedMs: 2_100, target: 20 },
      { elapsedMs: 2_900, target: 5 },
      { elapsedMs: 3_000, target: 7 },
    ],
    resets: [2_500],
  })
  assert.deepEqual(marks, [
    { elapsedMs: 2_500, words: 'reset' },
    { elapsedMs: 2_900, words: '→ 5' },
    { elapsedMs: 3_000, words: '→ 7' },
  ])
})
