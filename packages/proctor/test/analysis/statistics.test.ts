import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chiSquaredBelow, median } from '../../src/analysis/statistics.ts'

test('how likely so small a variance is by chance', () => {
  // Lower tails of chi-squared, from tables: of 2 and 10 degrees of freedom 0.1026 and 3.940 are 5 %, of 30 14.95 is 1 %.
  for (const [squares, freedom, share] of [
    [0.1026, 2, 0.05],
    [3.94, 10, 0.05],
    [14.953, 30, 0.01],
    [0.0039321, 1, 0.05],
  ] as const) {
    const found = chiSquaredBelow(squares / freedom, freedom)
    assert.ok(Math.abs(found - share) < 0.001, `${found} of ${freedom}`)
  }
  assert.deepEqual([chiSquaredBelow(0, 5), chiSquaredBelow(40, 1_000)], [0, 0.5])
  assert.ok(chiSquaredBelow(0.99, 1_200) > 0.3)
})

test('the middle of several', () => {
  assert.deepEqual([median([3, 1, 2]), median([]), median([2, 1])], [2, undefined, 2])
})
