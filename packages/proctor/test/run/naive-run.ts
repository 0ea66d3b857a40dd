import { Histogram } from '../../src/stats/histogram.ts'
import { noCounts, type Snapshot } from '../../src/engine/snapshot.ts'
import { RequestStats } from '../../src/stats/request-stats.ts'
import { AT_EASE, NOBODY } from './generator-fixture.ts'

/** One request, as nothing but a test would keep it. */
export interface Sample {
  readonly second: number
  readonly method: string
  readonly name: string
  readonly ms: number
  readonly failed: boolean
}

/** What a worker would have told of them. */
export function snapshotsOf(samples: readonly Sample[], seconds: number): Snapshot[] {
  return Array.from({ length: seconds }, (_, second) =>
    snapshotOf(
      samples.filter((sample) => sample.second === second),
      second,
    ),
  )
}

export function snapshotOf(samples: readonly Sample[], second: number): Snapshot {
  const labels = new Set(samples.map(({ method, name }) => `${method} ${name}`))
  return {
    second,
    elapsedMs: (second + 1) * 1_000,
    users: 1,
    ...NOBODY,
    requests: [...labels].map((label) => {
      const own = samples.filter(({ method, name }) => `${method} ${name}` === label)
      const stats = new RequestStats()
      for (const { failed, ms } of own) (failed ? stats.failed : stats.succeeded).record(ms)
      return { method: own[0]!.method, name: own[0]!.name, stats: stats.toWire() }
    }),
    failures: [],
    evidence: [],
    exceptions: [],
    counts: { ...noCounts(), scheduled: samples.length },
    slip: new Histogram().toWire(),
    generator: AT_EASE,
  }
}

/** A figure by its definition; `undefined` without samples. */
export function naiveFigure(
  name: string,
  unit: string,
  samples: readonly Sample[],
  seconds: number,
): number | undefined {
  const sorted = samples.map(({ ms }) => ms).toSorted((a, b) => a - b)
  const failures = samples.filter(({ failed }) => failed).length
  if (sorted.length === 0) return undefined
  switch (name) {
    case 'failures':
      return unit === '%' ? (failures / sorted.length) * 100 : failures
    case 'requests':
      return sorted.length
    case 'rate':
      return sorted.length / seconds
    case 'min':
      return sorted[0]
    case 'max':
      return sorted.at(-1)
    case 'average':
      return sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length
    default: {
      const percent = name === 'median' ? 50 : Number(name.slice(1))
      return sorted[Math.ceil((percent * sorted.length) / 100 - 1e-9) - 1]
    }
  }
}
