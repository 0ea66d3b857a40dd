import { type Arrival, ArrivalTimes, arrivals, poisson, uniform } from '../shape/arrivals.ts'
import { constant, type Profile, ramp, sampled, stages } from '../shape/profile.ts'
import { sampledUsers, total, type Users, usersOf, type UsersOverTime } from '../shape/users-over-time.ts'
import type { Scenario } from '../scenario/load-scenario.ts'
import type { AmountOverTime, LoadShape } from '../scenario/load-shape.ts'
import { Random } from '../scenario/random.ts'
import { mixUsers } from '../scenario/user-mix.ts'
import { ClosedDriver } from './closed-driver.ts'
import type { Driver } from './driver.ts'
import { Iterations, type TasksLeft } from './iterations.ts'
import { OpenDriver } from './open-driver.ts'
import { type ClosedLoad, type Load, type OpenLoad, type Share, partOf } from './plan.ts'
import { Population } from './population.ts'
import type { Workplace } from './session.ts'
import type { Stopwatch } from './stopwatch.ts'
import { Visitors } from './visitors.ts'

/** What every driver is made of. */
export interface Site {
  readonly scenario: Scenario
  readonly share: Share
  readonly workplace: Workplace
  readonly stopwatch: Stopwatch
  /** Of a closed load; arrivals are counted as they come. */
  readonly tasksLeft: TasksLeft
}

/** What makes this worker's share of a load. */
export function driverOf(load: Load, site: Site): Driver {
  return load.kind === 'closed' ? closedDriver(load, site) : openDriver(load, site)
}

function closedDriver(load: ClosedLoad, { scenario, share, workplace, stopwatch, tasksLeft }: Site): Driver {
  const iterations = new Iterations(tasksLeft)
  return new ClosedDriver({
    users: usersOverTime(load, scenario, workplace),
    spawnRate: load.spawnRate,
    population: new Population(scenario.users, share, iterations, workplace),
    isSpent: () => iterations.isSpent,
    stopwatch,
  })
}

function usersOverTime(load: ClosedLoad, { shape }: Scenario, workplace: Workplace): UsersOverTime {
  if (load.stages === 'scenario') return sampledUsers(amountOf(shape!, workplace))
  return usersOf(load.stages === null ? ramp(0, load.users, load.spawnRate) : stages(load.stages))
}

function openDriver(load: OpenLoad, site: Site): Driver {
  const { scenario, share, workplace, stopwatch } = site
  const { clock, recorder, seed } = workplace
  const amount = load.stages === 'scenario' ? amountOf(scenario.shape!, workplace) : undefined
  const times = new ArrivalTimes(rateOverTime(load, amount))
  const random = new Random(seed, 'arrivals')
  const spacing = load.spacing === 'uniform' ? uniform : poisson(() => random.fraction())
  return new OpenDriver({
    arrivals: arrivals(spacing).take(load.iterations ?? Infinity),
    times,
    nextClass: classPicker(load, site, (position) => amount?.(times.dueMs(position) / 1000)),
    maxUsers: load.maxUsers === null ? Infinity : partOf(load.maxUsers, share),
    whenBusy: load.whenBusy,
    endMs: load.durationMs ?? Infinity,
    share,
    visitors: new Visitors(scenario.users, workplace),
    recorder,
    clock,
    stopwatch,
  })
}

function rateOverTime(load: OpenLoad, amount: AmountOverTime | undefined): Profile {
  if (amount !== undefined) return sampled((seconds) => mapped(amount(seconds), total))
  return Array.isArray(load.stages) ? stages(load.stages) : constant(load.arrivalsPerSecond)
}

/**
 * Even arrivals take turns by weight, as users do; Poisson's are drawn, so that those of each class know nothing of the
 * others either. A fixed count says nothing of arrivals.
 */
function classPicker(
  load: OpenLoad,
  { scenario: { users }, workplace: { seed } }: Site,
  amountAt: (position: number) => Users | undefined,
): (arrival: Arrival) => string {
  const shares = [...users].map(([name, { weight }]) => ({ name, weight, fixedCount: 0 }))
  const turns = mixUsers(shares)
  const random = new Random(seed, 'classes')
  const drawn = (weights: readonly { name: string; weight: number }[]): string => {
    let left = random.fraction() * weights.reduce((sum, { weight }) => sum + weight, 0)
    return (weights.find(({ weight }) => (left -= weight) < 0) ?? weights.at(-1)!).name
  }
  return ({ position }) => {
    const amount = amountAt(position)
    if (typeof amount === 'object')
      return drawn(Object.entries(amount).map(([name, weight]) => ({ name, weight })))
    return load.spacing === 'uniform' ? turns.next().value! : drawn(shares)
  }
}

/** A shape that fails while it runs is an exception of the scenario; what it said last goes on. */
function amountOf(shape: LoadShape, { recorder }: Workplace): AmountOverTime {
  let last: Users | undefined = 0
  return (seconds) => {
    try {
      last = shape.amountAt(seconds)
    } catch (error) {
      recorder.exception('shape', shape.kind, error)
    }
    return last
  }
}

function mapped<T, U>(value: T | undefined, map: (value: T) => U): U | undefined {
  return value === undefined ? undefined : map(value)
}
