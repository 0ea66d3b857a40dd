import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pairwiseRatios, spreadOf } from '../spread.ts'

test('a spread is min, quartiles and max, whatever the order', () => {
  const expected = { median: 3, min: 1, max: 5, lowerQuartile: 2, upperQuartile: 4 }
  assert.deepEqual(spreadOf([5, 1, 4, 2, 3]), expected)
})

test('quartiles interpolate between neighbours', () => {
  const { lowerQuartile, median, upperQuartile } = spreadOf([1, 2, 3, 4])
  assert.deepEqual([lowerQuartile, median, upperQuartile], [1.75, 2.5, 3.25])
})

test('one value is its own spread', () => {
  assert.deepEqual(spreadOf([7]), { median: 7, min: 7, max: 7, lowerQuartile: 7, upperQuartile: 7 })
})

test('the median agrees with a naive twin', () => {
  for (let count = 1; count <= 40; count++) {
    const values = Array.from({ length: count }, (_, index) => ((index * 7919) % 101) / 8)
    assert.equal(spreadOf(values).median, naiveMedian(values))
  }
})

test('no values and unequal pairs are refused', () => {
  assert.throws(() => spreadOf([]), RangeError)
  assert.throws(() => pairwiseRatios([1, 2], [1]), /2 figures cannot be paired with 1/)
})

test('a slow pair leaves the ratio alone', () => {
  assert.deepEqual(pairwiseRatios([10, 30, 10], [13, 39, 13]), [1.3, 1.3, 1.3])
})

/** Takes the least and the greatest away until one or two are left. */
function naiveMedian(values: readonly number[]): number {
  if (values.length <= 2) return values.reduce((sum, value) => sum + value, 0) / values.length
  const rest = [...values]
  rest.splice(rest.indexOf(Math.min(...rest)), 1)
  rest.splice(rest.indexOf(Math.max(...rest)), 1)
  return naiveMedian(rest)
}
