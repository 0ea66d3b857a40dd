import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Histogram } from '../../src/stats/histogram.ts'
import { distributions, durations } from './durations.ts'

const SIZES = [1, 10, 1_000, 100_000]
const SEEDS = [1, 2, 3]
/** In ten-thousandths, so that a rank can be taken without rounding. */
const QUANTILES = [5_000, 7_500, 9_000, 9_500, 9_900, 9_990, 9_999]
const LIMIT = 0.003

for (const [name, distribution] of Object.entries(distributions)) {
  test(`percentiles of ${name} durations are those of the sorted array, within 0.3 %`, (t) => {
    let largest = 0
    for (const size of SIZES) {
      for (const seed of SEEDS) {
        const sample = durations(distribution, size, seed)
        largest = Math.max(largest, largestError(sample, recorded(sample)))
      }
    }
    t.diagnostic(`largest error ${(largest * 100).toFixed(4)} %`)
    assert.ok(largest <= LIMIT, `error of ${largest}`)
    assert.ok(largest > 0, 'what was compared is not the array with itself')
  })

  test(`count, min, max and mean of ${name} durations are exact to the nanosecond`, () => {
    for (const size of SIZES) {
      const sample = durations(distribution, size, 4)
      const histogram = recorded(sample)
      const ns = sample.map((ms) => BigInt(Math.round(ms * 1e6)))
      const sum = ns.reduce((a, b) => a + b)
      assert.equal(histogram.count, size)
      assert.equal(histogram.minMs, Math.round(Math.min(...sample) * 1e6) / 1e6)
      assert.equal(histogram.maxMs, Math.round(Math.max(...sample) * 1e6) / 1e6)
      assert.equal(histogram.meanMs, Number(sum) / size / 1e6)
    }
  })

  test(`64 parts of ${name} durations merge to the whole, bit for bit`, () => {
    const sample = durations(distribution, 20_000, 5)
    const parts = Array.from({ length: 64 }, (_, part) =>
      recorded(sample.filter((_ms, i) => i % 64 === part)),
    )
    const whole = recorded(sample).toWire()
    assert.deepEqual(merged(parts).toWire(), whole)
    assert.deepEqual(merged(parts.toReversed()).toWire(), whole)
    assert.deepEqual(merged(parts.map(overWire)).toWire(), whole)
  })
}

test('a rank is the nearest one also where doubles round the product up', () => {
  const histogram = recorded(Array.from({ length: 100 }, (_, i) => 2 ** (i / 10)))
  for (let rank = 1; rank <= 100; rank++) {
    const exact = 2 ** ((rank - 1) / 10)
    const percentile = histogram.percentileMs(rank / 100)!
    assert.ok(Math.abs(percentile / exact - 1) <= LIMIT, `p${rank} is ${percentile}, expected about ${exact}`)
  }
})

test('a percentile stays within what was recorded; 0 is the smallest and 1 the largest', () => {
  const histogram = recorded([3, 5, 7])
  assert.equal(histogram.percentileMs(0), 3)
  assert.equal(histogram.percentileMs(1), 7)
  assert.equal(recorded([12.345678]).percentileMs(0.5), 12.345678)
})

test('without a record every figure is null, and so after clear', () => {
  const cleared = recorded([1, 1000])
  cleared.clear()
  for (const histogram of [new Histogram(), cleared, overWire(new Histogram())]) {
    const { count, meanMs, minMs, maxMs } = histogram
    assert.deepEqual([count, meanMs, minMs, maxMs], [0, null, null, null])
    assert.equal(histogram.percentileMs(0.5), null)
    assert.deepEqual([...histogram.buckets()], [])
  }
  cleared.record(5)
  assert.deepEqual(cleared.toWire(), recorded([5]).toWire())
})

test('merging nothing changes nothing', () => {
  const histogram = recorded([2, 4])
  histogram.merge(new Histogram())
  assert.deepEqual(histogram.toWire(), recorded([2, 4]).toWire())
  const empty = new Histogram()
  empty.merge(histogram)
  assert.deepEqual(empty.toWire(), histogram.toWire())
})

test('counts beyond 2^32 cross the wire', () => {
  let histogram = recorded([5, 80])
  for (let doubling = 0; doubling < 40; doubling++) {
    const same = overWire(histogram)
    histogram.merge(same)
  }
  histogram = overWire(histogram)
  assert.equal(histogram.count, 2 ** 41)
  assert.deepEqual(
    [...histogram.buckets()].map(({ count }) => count),
    [2 ** 40, 2 ** 40],
  )
})

suite('bucket bounds are OpenTelemetry’s: 2^(i/128) s < duration ≤ 2^((i+1)/128) s', () => {
  test('one nanosecond to either side of every bound up to 4.5 hours', () => {
    const indexOf = indexer()
    for (let bound = -3840; bound <= 14 * 128; bound++) {
      const below = lastNanosecondWithin(bound)
      if (below > 0n) assert.ok(indexOf(Number(below)) < bound, `${below} ns, bound ${bound}`)
      assert.ok(indexOf(Number(below) + 1) >= bound, `${below + 1n} ns, bound ${bound}`)
    }
  })

  test('beyond, up to 97 days, doubles allow a doubt of two nanoseconds', () => {
    const indexOf = indexer()
    for (let bound = 14 * 128; bound <= 23 * 128; bound++) {
      const below = Number(lastNanosecondWithin(bound))
      assert.ok(indexOf(below - 2) < bound, `${below - 2} ns, bound ${bound}`)
      assert.ok(indexOf(below + 3) >= bound, `${below + 3} ns, bound ${bound}`)
    }
  })

  test('a power of two of seconds is the upper end of its bucket', () => {
    const indexOf = indexer()
    for (let exponent = -9; exponent <= 12; exponent++) {
      assert.equal(indexOf(1e9 * 2 ** exponent), exponent * 128 - 1)
      assert.equal(indexOf(1e9 * 2 ** exponent + 1), exponent * 128)
    }
  })
})

suite('what is no duration is counted and leaves every figure a number', () => {
  const cases: [string, number, number][] = [
    ['zero', 0, 0],
    ['negative zero', -0, 0],
    ['less than half a nanosecond', 4e-7, 0],
    ['half a nanosecond', 5e-7, 1e-6],
    ['negative', -3, 0],
    ['not a number', NaN, 0],
    ['minus infinity', -Infinity, 0],
    ['ten hours', 36_000_000, 36_000_000],
    ['hundred days', 8_640_000_000, 8_640_000_000],
    ['a thousand days', 86_400_000_000, Number.MAX_SAFE_INTEGER / 1e6],
    ['infinity', Infinity, Number.MAX_SAFE_INTEGER / 1e6],
    ['the largest double', Number.MAX_VALUE, Number.MAX_SAFE_INTEGER / 1e6],
  ]
  for (const [name, given, kept] of cases) {
    test(`${name}: ${given} ms is kept as ${kept} ms`, () => {
      const alone = recorded([given])
      const { count, meanMs, minMs, maxMs } = alone
      assert.deepEqual([count, meanMs, minMs, maxMs], [1, kept, kept, kept])
      assert.equal(alone.percentileMs(0.5), kept)
      assert.deepEqual(overWire(alone).toWire(), alone.toWire())

      const among = recorded([7, given, 7])
      assert.equal(among.count, 3)
      assert.ok(Math.abs(among.percentileMs(0.5)! / 7 - 1) <= LIMIT)
      assert.ok(Number.isFinite(among.meanMs))
      assert.equal(among.minMs, Math.min(7, kept))
      assert.equal(among.maxMs, Math.max(7, kept))
    })
  }

  test('hours keep the promised precision', () => {
    const sample = Array.from({ length: 1_000 }, (_, i) => 3_600_000 * (1 + i))
    assert.ok(largestError(sample, recorded(sample)) <= LIMIT)
  })
})

function recorded(sample: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const ms of sample) histogram.record(ms)
  return histogram
}

function merged(parts: readonly Histogram[]): Histogram {
  const whole = new Histogram()
  for (const part of parts) whole.merge(part)
  return whole
}

function overWire(histogram: Histogram): Histogram {
  return Histogram.fromWire(structuredClone(histogram.toWire()))
}

/** Against the naive twin: all durations kept, sorted, and the ⌈quantile · n⌉-th taken. */
function largestError(sample: readonly number[], histogram: Histogram): number {
  const sorted = Float64Array.from(sample).toSorted()
  let largest = 0
  for (const quantile of QUANTILES) {
    const rank = Math.ceil((quantile * sample.length) / 10_000)
    const exact = sorted[rank - 1]!
    largest = Math.max(largest, Math.abs(histogram.percentileMs(quantile / 10_000)! / exact - 1))
  }
  return largest
}

/** Answers the index of the bucket that a duration of so many nanoseconds is put in. */
function indexer(): (ns: number) => number {
  const histogram = new Histogram()
  return (ns) => {
    histogram.clear()
    histogram.record(ns / 1e6)
    const [bucket] = histogram.buckets()
    return bucket!.index
  }
}

/** The largest n with n ns ≤ 2^(index/128) s, in whole numbers: n^128 ≤ 2^index · 10^(9 · 128). */
function lastNanosecondWithin(index: number): bigint {
  const side = (n: bigint): boolean =>
    index < 0
      ? n ** 128n * 2n ** BigInt(-index) <= 10n ** 1152n
      : n ** 128n <= 2n ** BigInt(index) * 10n ** 1152n
  let n = BigInt(Math.floor(2 ** (index / 128) * 1e9))
  while (!side(n)) n -= 1n
  while (side(n + 1n)) n += 1n
  return n
}
