import type { Contestant } from './contestant.ts'
import type { Measurement } from './measurement.ts'
import { pairwiseRatios, spreadOf, type Spread } from './spread.ts'

/** A contestant and its measurements, one per pair. */
export interface Entry {
  readonly contestant: Contestant
  readonly requestBytes: number
  readonly runs: Measurement[]
}

/** One contestant over all pairs. The ratio is to the first one, absent from the first one itself. */
export interface Row {
  readonly name: string
  readonly requestBytes: number
  readonly cpuMicroseconds: Spread
  readonly userMicroseconds: Spread
  readonly systemMicroseconds: Spread
  readonly requestsPerSecond: Spread
  readonly busy: Spread
  readonly ratio?: Spread
}

export function compare([baseline, ...others]: readonly [Entry, ...Entry[]]): Row[] {
  return [rowOf(baseline), ...others.map((entry) => ({ ...rowOf(entry), ratio: ratioOf(baseline, entry) }))]
}

function rowOf({ contestant, requestBytes, runs }: Entry): Row {
  const over = (key: keyof Measurement): Spread => spreadOf(runs.map((run) => run[key]))
  return {
    name: contestant.name,
    requestBytes,
    cpuMicroseconds: over('cpuMicroseconds'),
    userMicroseconds: over('userMicroseconds'),
    systemMicroseconds: over('systemMicroseconds'),
    requestsPerSecond: over('requestsPerSecond'),
    busy: over('busy'),
  }
}

function ratioOf(baseline: Entry, other: Entry): Spread {
  const costs = ({ runs }: Entry): number[] => runs.map((run) => run.cpuMicroseconds)
  return spreadOf(pairwiseRatios(costs(baseline), costs(other)))
}
