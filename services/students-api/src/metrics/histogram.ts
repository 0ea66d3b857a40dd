import type { Exposition } from './exposition.ts'

const boundsMs = [0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 10_000]

/** How long something took, counted in buckets up to 10 s and one above. */
export class DurationHistogram {
  readonly #counts = Array.from({ length: boundsMs.length + 1 }, () => 0)
  #sumMs = 0

  record(durationMs: number): void {
    let bucket = 0
    while (bucket < boundsMs.length && durationMs > boundsMs[bucket]!) bucket++
    this.#counts[bucket]!++
    this.#sumMs += durationMs
  }

  /** In seconds, as Prometheus has durations; each bucket counts those below it, too. */
  write(out: Exposition, name: string, labels: Readonly<Record<string, string>>): void {
    let count = 0
    for (const [bucket, inBucket] of this.#counts.entries()) {
      count += inBucket
      const boundMs = boundsMs[bucket]
      const le = boundMs === undefined ? '+Inf' : boundMs / 1000
      out.sample(`${name}_bucket`, { ...labels, le }, count)
    }
    out.sample(`${name}_sum`, labels, this.#sumMs / 1000)
    out.sample(`${name}_count`, labels, count)
  }
}
