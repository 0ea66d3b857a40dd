/**
 * A histogram of durations whose buckets grow by 2^(1/128), so any percentile is within 0.28 % of the exact one,
 * and two histograms merge by addition, losing nothing.
 *
 * Buckets are those of an OpenTelemetry exponential histogram of scale 7 over seconds: bucket `i` holds
 * 2^(i/128) < seconds ≤ 2^((i+1)/128). Source: OpenTelemetry metrics data model, "ExponentialHistogram".
 *
 * Durations go in as milliseconds and are kept to the nanosecond: sums of integers do not depend on their order, so
 * a merge of parts equals the whole bit for bit (up to 2^53 ns, 104 days of summed durations; beyond it, to 1 in 2^53).
 * Every whole nanosecond up to there has its bucket. What is no duration is still counted, so that counts agree with
 * what was asked: negative and not-a-number as 0, beyond 104 days and infinite as 104 days. A 0, which OpenTelemetry
 * counts apart, stands in the lowest bucket (≤ 0.94 ns), where nothing else is.
 *
 * ```ts
 * const histogram = new Histogram()
 * histogram.record(12.5)
 * histogram.percentileMs(0.99) // 12.5: a percentile never lies outside what was recorded
 * ```
 */
export class Histogram {
  /** One array of counts for each octave (doubling) of seconds that was ever touched. */
  readonly #octaves: (Float64Array | undefined)[] = NO_OCTAVES.slice()
  #count = 0
  #sumNs = 0
  #minNs = Infinity
  #maxNs = 0

  get count(): number {
    return this.#count
  }

  /** `null` when nothing was recorded, like every figure below. */
  get meanMs(): number | null {
    return this.#count === 0 ? null : this.#sumNs / this.#count / NS_PER_MS
  }

  /** 0 when nothing was recorded. */
  get sumMs(): number {
    return this.#sumNs / NS_PER_MS
  }

  get minMs(): number | null {
    return this.#count === 0 ? null : this.#minNs / NS_PER_MS
  }

  get maxMs(): number | null {
    return this.#count === 0 ? null : this.#maxNs / NS_PER_MS
  }

  record(durationMs: number): void {
    const ns = durationMs > 0 ? Math.min(Math.round(durationMs * NS_PER_MS), Number.MAX_SAFE_INTEGER) : 0
    this.#add(bucketOf(ns), 1)
    this.#sumNs += ns
    if (ns < this.#minNs) this.#minNs = ns
    if (ns > this.#maxNs) this.#maxNs = ns
  }

  /** Adds all that `other` has recorded. */
  merge(other: Histogram): void {
    if (other.#count === 0) return
    for (let octave = 0; octave < OCTAVES; octave++) {
      const theirs = other.#octaves[octave]
      if (theirs === undefined) continue
      const ours = (this.#octaves[octave] ??= new Float64Array(BUCKETS_PER_OCTAVE))
      for (let i = 0; i < BUCKETS_PER_OCTAVE; i++) ours[i]! += theirs[i]!
    }
    this.#count += other.#count
    this.#sumNs += other.#sumNs
    this.#minNs = Math.min(this.#minNs, other.#minNs)
    this.#maxNs = Math.max(this.#maxNs, other.#maxNs)
  }

  /** Forgets all, keeping the memory for the next interval. */
  clear(): void {
    for (const counts of this.#octaves) counts?.fill(0)
    this.#count = 0
    this.#sumNs = 0
    this.#minNs = Infinity
    this.#maxNs = 0
  }

  /**
   * The duration that the fraction `quantile` (0–1) of all durations does not exceed, by nearest rank
   * (the ⌈quantile · count⌉-th smallest); `null` when nothing was recorded. The smallest and the largest are exact.
   */
  percentileMs(quantile: number): number | null {
    if (this.#count === 0) return null
    const rank = Math.max(1, Math.ceil(quantile * this.#count * A_HAIR_LESS))
    if (rank === 1) return this.minMs
    if (rank >= this.#count) return this.maxMs
    return this.#middleNs(this.#bucketOfRank(rank)) / NS_PER_MS
  }

  /** The buckets that hold anything, in rising order; `index` is OpenTelemetry's, for scale 7 over seconds. */
  *buckets(): Generator<{ index: number; count: number }> {
    for (const { bucket, count } of this.#filled()) {
      yield { index: bucket + (LOWEST_EXPONENT << OCTAVE_BITS), count }
    }
  }

  /**
   * The buckets that hold anything at a coarser scale, as OpenTelemetry merges them: each step down makes one bucket of
   * two. At scale 2 they grow by a fifth: enough for a picture.
   */
  coarse(scale: number): [index: number, count: number][] {
    const coarse: [number, number][] = []
    for (const { index, count } of this.buckets()) {
      const merged = index >> (OCTAVE_BITS - scale)
      const last = coarse.at(-1)
      if (last?.[0] === merged) last[1] += count
      else coarse.push([merged, count])
    }
    return coarse
  }

  toWire(): HistogramWire {
    const values: number[] = []
    let next = 0
    for (const { bucket, count } of this.#filled()) {
      if (bucket > next) values.push(0, bucket - next)
      values.push(count)
      next = bucket + 1
    }
    return { buckets: encodeVarints(values), sumNs: this.#sumNs, minNs: this.#minNs, maxNs: this.#maxNs }
  }

  static fromWire(wire: HistogramWire): Histogram {
    const histogram = new Histogram()
    const values = decodeVarints(wire.buckets)
    let bucket = 0
    for (let i = 0; i < values.length; i++) {
      const count = values[i]!
      if (count === 0) bucket += values[++i]!
      else histogram.#add(bucket++, count)
    }
    histogram.#sumNs = wire.sumNs
    histogram.#minNs = wire.minNs
    histogram.#maxNs = wire.maxNs
    return histogram
  }

  /** The value whose relative distance to both ends of what the bucket can hold is the same. */
  #middleNs(bucket: number): number {
    const low = Math.max(boundNs(bucket), this.#minNs)
    const high = Math.min(boundNs(bucket + 1), this.#maxNs)
    // Not the root of the product, which is no whole number where the ends are one.
    return low * Math.sqrt(high / low)
  }

  /** Asked for several times a second of each name: no object for each bucket. */
  #bucketOfRank(rank: number): number {
    let seen = 0
    for (let octave = 0; octave < OCTAVES; octave++) {
      const counts = this.#octaves[octave]
      if (counts === undefined) continue
      for (let i = 0; i < BUCKETS_PER_OCTAVE; i++) {
        seen += counts[i]!
        if (seen >= rank) return (octave << OCTAVE_BITS) + i
      }
    }
    throw new RangeError(`${rank} is past the ${seen} that were recorded`)
  }

  #add(bucket: number, count: number): void {
    const counts = (this.#octaves[bucket >> OCTAVE_BITS] ??= new Float64Array(BUCKETS_PER_OCTAVE))
    counts[bucket & (BUCKETS_PER_OCTAVE - 1)]! += count
    this.#count += count
  }

  *#filled(): Generator<{ bucket: number; count: number }> {
    for (const [octave, counts] of this.#octaves.entries()) {
      if (counts === undefined) continue
      for (let i = 0; i < BUCKETS_PER_OCTAVE; i++) {
        const count = counts[i]!
        if (count > 0) yield { bucket: (octave << OCTAVE_BITS) + i, count }
      }
    }
  }
}

/** What crosses a thread or a network. */
export interface HistogramWire {
  /**
   * The counts of the buckets from the lowest to the highest filled, each a LEB128 varint; a 0 is followed by how many
   * empty buckets it stands for.
   */
  buckets: Uint8Array
  sumNs: number
  /** `Infinity` when nothing was recorded. */
  minNs: number
  maxNs: number
}

const NS_PER_MS = 1e6
const OCTAVE_BITS = 7
const BUCKETS_PER_OCTAVE = 1 << OCTAVE_BITS

/** In doubles 0.07 · 100 is a hair over 7, and would ask for the 8th. */
const A_HAIR_LESS = 1 - 2 ** -50

/** The lowest octave begins at 2^-30 s (0.93 ns), the highest ends at 2^24 s (194 days): all of 1 to 2^53 ns. */
const LOWEST_EXPONENT = -30
const OCTAVES = 54
/** To copy one takes a thirtieth of the time of making one anew, and dozens are made each second. */
const NO_OCTAVES: readonly (Float64Array | undefined)[] = Array.from({ length: OCTAVES })

/** Upper bounds of the buckets of one octave, as factors of the octave's lower bound. */
const BOUNDS = Float64Array.from(
  { length: BUCKETS_PER_OCTAVE },
  (_, i) => 2 ** ((i + 1) / BUCKETS_PER_OCTAVE),
)

/**
 * For each of 1,024 equal slices of a mantissa (1 ≤ m < 2), the bucket in which the slice begins. The narrowest
 * bucket is wider than five slices, so the bucket of any mantissa is this one or the next: one comparison settles it.
 */
const SLICE_BITS = 10
const FIRST_BUCKET = Uint8Array.from({ length: 1 << SLICE_BITS }, (_, slice) =>
  Math.max(
    0,
    BOUNDS.findIndex((bound) => 1 + slice / (1 << SLICE_BITS) <= bound),
  ),
)

const float = new Float64Array(1)
const words = new Uint32Array(float.buffer)

/** The index of the bucket, counted from the lowest octave's first; `ns` is whole, 0 to 2^53. */
function bucketOf(ns: number): number {
  if (ns === 0) return 0
  float[0] = ns / 1e9
  const high = words[1]!
  const octave = (high >>> 20) - 1023 - LOWEST_EXPONENT
  const slice = (high >>> (20 - SLICE_BITS)) & ((1 << SLICE_BITS) - 1)
  words[1] = (high & 0xfffff) | (1023 << 20)
  const mantissa = float[0]
  // A power of two is the upper bound of the octave below.
  if (mantissa === 1) return (octave << OCTAVE_BITS) - 1
  const bucket = FIRST_BUCKET[slice]!
  return (octave << OCTAVE_BITS) + (mantissa > BOUNDS[bucket]! ? bucket + 1 : bucket)
}

/** Where the bucket begins. */
function boundNs(bucket: number): number {
  return 2 ** (LOWEST_EXPONENT + bucket / BUCKETS_PER_OCTAVE) * 1e9
}

/** LEB128 by arithmetic, not by bits: counts may pass 2^32. */
function encodeVarints(values: readonly number[]): Uint8Array {
  const bytes: number[] = []
  for (let value of values) {
    while (value >= 128) {
      bytes.push((value % 128) + 128)
      value = Math.floor(value / 128)
    }
    bytes.push(value)
  }
  return Uint8Array.from(bytes)
}

function decodeVarints(bytes: Uint8Array): number[] {
  const values: number[] = []
  let value = 0
  let unit = 1
  for (const byte of bytes) {
    value += (byte & 127) * unit
    if (byte < 128) {
      values.push(value)
      value = 0
      unit = 1
    } else {
      unit *= 128
    }
  }
  return values
}
