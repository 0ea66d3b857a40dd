import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { expectedRepeats, rangeOf } from '../../src/analysis/range.ts'
import { Random } from '../../src/scenario/random.ts'

const SEEDS = 1_000

/** Draws, and counts what came before. */
function repeatsOf(random: Random, draws: number, values: number): number {
  const seen = new Set<number>()
  for (let draw = 0; draw < draws; draw++) seen.add(random.integer(1, values))
  return draws - seen.size
}

describe('the interval of the number of values holds the truth as often as it says', () => {
  for (const { draws, values } of [
    { draws: 600, values: 9_000 },
    { draws: 400, values: 9_000 },
    { draws: 200, values: 300 },
    { draws: 1_000, values: 300 },
    { draws: 3_000, values: 1_000_000 },
  ]) {
    test(`${draws} draws from ${values}`, () => {
      const ranges = Array.from({ length: SEEDS }, (_, seed) => {
        return rangeOf(draws, repeatsOf(new Random(seed, 'range'), draws, values))
      }).filter((range) => range !== undefined)
      const share = (holds: (range: (typeof ranges)[number]) => boolean): number =>
        ranges.filter(holds).length / ranges.length
      assert.ok(ranges.length > 0.6 * SEEDS)
      const held = share(({ low, high }) => low <= values && values <= high)
      // Counts are whole, so the interval holds somewhat more than 95 %: it may not be far wider than it has to be, either.
      assert.ok(held >= 0.94 && held <= 0.99, `${held}`)
      const [below, above] = [share(({ high }) => high < values), share(({ low }) => low > values)]
      assert.ok(below < 0.045 && above < 0.045, `${below} lie below, ${above} above`)
    })
  }
})

test('the expected number of repeats is the mean of what comes', () => {
  const all = Array.from({ length: 2_000 }, (_, seed) => repeatsOf(new Random(seed, 'mean'), 600, 9_000))
  const mean = all.reduce((sum, each) => sum + each, 0) / all.length
  assert.ok(Math.abs(mean - expectedRepeats(600, 9_000)) < 0.4, `${mean}`)
})

test('too few repeats, or hardly anything else, say nothing', () => {
  assert.deepEqual([rangeOf(600, 2), rangeOf(600, 595)], [undefined, undefined])
})
