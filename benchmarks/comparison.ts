import type { Contestant } from './contestant.ts'
import type { LoadCase } from './load-case.ts'
import type { Measurement } from './measurement.ts'
import { pairwiseRatios, spreadOf, type Spread } from './spread.ts'

/** A contestant in one case, and its measurements, one per pair. */
export interface Entry {
  readonly loadCase: LoadCase
  readonly contestant: Contestant
  readonly requestBytes: number
  readonly runs: Measurement[]
}

/** One contestant over all pairs. The ratio is to the first one of the case, absent from the first one itself. */
export interface Row {
  readonly case: string
  readonly name: string
  readonly requestBytes: number
  readonly cpuMicroseconds: Spread
  readonly userMicroseconds: Spread
  readonly systemMicroseconds: Spread
  readonly requestsPerSecond: Spread
  readonly busy: Spread
  readonly ratio?: Spread
}

/** The cases in their order, and in each the contestants in theirs. */
export function compare(entries: readonly Entry[]): Row[] {
  const byCase = Map.groupBy(entries, ({ loadCase }) => loadCase.title)
  return byCase.values().flatMap(compareCase).toArray()
}

function compareCase([baseline, ...others]: readonly Entry[]): Row[] {
  if (!baseline) throw new RangeError('a case without contestants cannot be compared')
  return [rowOf(baseline), ...others.map((entry) => ({ ...rowOf(entry), ratio: ratioOf(baseline, entry) }))]
}

function rowOf({ loadCase, contestant, requestBytes, runs }: Entry): Row {
  const over = (key: keyof Measurement): Spread => spreadOf(runs.map((run) => run[key]))
  return {
    case: loadCase.title,
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
