import type { TasksLeft } from '../engine/iterations.ts'
import type { Load, Plan } from '../engine/plan.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import type { WalkEvent } from '../engine/walk.ts'
import type { Transition } from '../scenario/task-set.ts'
import type { ScenarioArgument } from '../scenario/arguments.ts'
import type { Threshold } from '../threshold/threshold.ts'

/** What the run says to a worker. The plan comes with the worker's start. */
export type ToWorker =
  /** To one of them, when all are ready: do what the test does before any user. */
  | { readonly type: 'prepare' }
  /** All is ready; the run's time begins at `startsAt`, in milliseconds since the Unix epoch. `data` is what the test prepared. */
  | {
      readonly type: 'start'
      readonly load: Load
      /** How many share it. */
      readonly workers: number
      readonly startsAt: number
      readonly tasksLeft: TasksLeft
      readonly data?: unknown
    }
  /** In the place of `start`: do each task once. */
  | { readonly type: 'walk'; readonly data?: unknown }
  /** To the one that prepared, when all users have gone: do what the test does behind them. */
  | { readonly type: 'conclude' }
  /** From `atMs` after the start on, so many users in all, or arrivals a second; started at that rate, where one is given. */
  | {
      readonly type: 'steer'
      readonly target: number
      readonly spawnRate: number | undefined
      readonly atMs: number
    }
  /** Stop politely: requests under way are waited for. */
  | { readonly type: 'stop' }

/** What a worker says to the run. A thread posts these as they are; all of it survives a structured clone. */
export type FromWorker =
  /** The scenario is loaded; the worker waits for `start`. */
  | { readonly type: 'ready'; readonly scenario: ScenarioSummary }
  /** What the test does before any user is done, with this outcome. */
  | { readonly type: 'prepared'; readonly data: unknown }
  /** What happens while each task is done once; then comes `finished`. */
  | { readonly type: 'walked'; readonly event: WalkEvent }
  /** All its requests have ended; it waits for `conclude`. */
  | { readonly type: 'drained' }
  /** The scenario cannot be run. Nothing follows. */
  | { readonly type: 'refused'; readonly message: string; readonly place: string | undefined }
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  /** Nothing was answered soon after the start. */
  | { readonly type: 'no-answer'; readonly waiting: number; readonly reason: string | undefined }
  /** No user of its share is at work or will be, unless the load is changed by hand; or one is again. */
  | { readonly type: 'spare'; readonly isSpare: boolean }
  /** A task has ended the run: in good order, or for a reason why it can't go on. */
  | { readonly type: 'end-run'; readonly reason: string | null }
  /** All requests have ended. Nothing follows. */
  | { readonly type: 'finished' }

/** A scenario, as people are told of it. */
export interface ScenarioSummary {
  readonly users: readonly UserSummary[]
  readonly thresholds: readonly Threshold[]
  /** Which hooks of the whole test it has. */
  readonly hooks?: { readonly onStart: boolean; readonly onStop: boolean }
  readonly arguments?: readonly ScenarioArgument[]
  /** What its load as code decides over, where it has one. */
  readonly shape: { readonly kind: 'users' | 'arrivals'; readonly spacing: 'poisson' | 'uniform' } | null
}

export interface UserSummary {
  readonly name: string
  readonly weight: number
  readonly fixedCount: number
  /** Whether its users think between two tasks, rather than ask again at once. */
  readonly thinks: boolean
  readonly tasks: readonly TaskSummary[]
}

/** A task, or a task set with what is in it. */
export interface TaskSummary {
  readonly name: string
  readonly weight: number
  readonly tags: readonly string[]
  readonly set: SetSummary | null
}

export interface SetSummary {
  readonly order: 'random' | 'sequence' | 'transitions'
  /** By task what follows it, of one by transitions. */
  readonly next: Readonly<Record<string, readonly Transition[]>> | null
  readonly tasks: readonly TaskSummary[]
}

/** What a worker thread is started with. */
export interface WorkerData {
  readonly plan: Plan
  /** Its number among those that load the scenario. */
  readonly worker: number
}
