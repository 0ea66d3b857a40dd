import type { TestContext } from 'node:test'
import { type Clock, systemClock } from '../../src/clock/clock.ts'
import type { TasksLeft } from '../../src/engine/iterations.ts'
import type { ClosedLoad, Load, OpenLoad, Share } from '../../src/engine/plan.ts'
import { addCounts, type Counts, noCounts, type Snapshot } from '../../src/engine/snapshot.ts'
import { WorkerRun } from '../../src/engine/worker-run.ts'
import { ThisThread } from '../../src/run/this-thread.ts'
import type { LoadShape } from '../../src/scenario/load-shape.ts'
import type { UserClass } from '../../src/scenario/user.ts'
import { RequestStats } from '../../src/stats/request-stats.ts'

const bounds = { stages: null, durationMs: null, iterations: null }

export function closed(load: Partial<ClosedLoad>): ClosedLoad {
  return { kind: 'closed', users: 1, spawnRate: 1_000, ...bounds, ...load }
}

export function open(load: Partial<OpenLoad>): OpenLoad {
  const cap = { maxUsers: null, whenBusy: 'late' } as const
  return { kind: 'open', arrivalsPerSecond: 100, spacing: 'uniform', ...cap, ...bounds, ...load }
}

export interface LoadOptions {
  readonly load: Load
  readonly users: Record<string, UserClass>
  readonly shape?: LoadShape
  readonly share?: Share
  readonly tasksLeft?: TasksLeft
  readonly clock?: Clock
  readonly stopTimeoutMs?: number
  readonly requestTimeoutMs?: number
}

/** A load at work on `host`, in this thread, and all that was counted of it. */
export class LoadAtWork {
  readonly run: WorkerRun
  readonly ended: Promise<void>
  readonly snapshots: Snapshot[] = []
  /** What tasks that ended the run gave as its reason. */
  readonly endings: (string | undefined)[] = []

  constructor(t: TestContext, host: string, options: LoadOptions) {
    const { load, users, shape, share, tasksLeft, clock = systemClock } = options
    const { stopTimeoutMs = 5_000, requestTimeoutMs = 5_000 } = options
    this.run = new WorkerRun({
      plan: {
        scenario: '/nowhere.ts',
        host,
        load,
        isLoadGiven: true,
        workers: share?.of ?? 1,
        seed: 7,
        userAgent: 'proctor-test',
        stopTimeoutMs,
        requestTimeoutMs,
        traceSampledShare: null,
      },
      scenario: { users: new Map(Object.entries(users)), shape, thresholds: [] },
      clock,
      probe: new ThisThread(),
      ...(share && { share }),
      ...(tasksLeft && { tasksLeft }),
      listener: {
        snapshot: (snapshot) => this.snapshots.push(snapshot),
        noAnswer: () => {},
        spare: () => {},
        endRun: (reason) => {
          this.endings.push(reason)
          this.run.stop()
        },
      },
    })
    this.ended = this.run.run()
    t.after(async () => {
      this.run.stop()
      await this.ended
    })
  }

  /** All requests together. */
  get stats(): RequestStats {
    const stats = new RequestStats()
    for (const { requests } of this.snapshots) {
      for (const request of requests) stats.merge(RequestStats.fromWire(request.stats))
    }
    return stats
  }

  get counts(): Counts {
    const sum = noCounts()
    for (const { counts } of this.snapshots) addCounts(sum, counts)
    return sum
  }

  get exceptions(): string[] {
    return this.snapshots.flatMap(({ exceptions }) =>
      exceptions.map(([, { what }]) => `${what.user} ${what.task} ${what.message}`),
    )
  }
}
