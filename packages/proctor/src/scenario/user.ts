import type { Http } from '../http/client.ts'
import type { Random } from './random.ts'
import { callersPlace, ScenarioError } from './scenario-error.ts'
import type { WaitTime } from './wait-time.ts'

/** What a task is given: one user's own client, random choices and state. */
export interface User<State = undefined> {
  readonly http: Http
  readonly random: Random
  /** What `state()` of the definition made for this user. */
  readonly state: State
  /** Counted from 0 within the run. */
  readonly id: number
  /** Waits within a task; rejects when the run ends meanwhile. */
  sleep(seconds: number): Promise<void>
}

/** What a user does once. What it returns is awaited and left alone. */
export type TaskFunction<State = undefined> = (user: User<State>) => unknown

export interface Task<State = undefined> {
  /** How often the task is chosen, beside the weights of the others. */
  weight?: number
  run: TaskFunction<State>
}

/** One class of users: what they do, how long they wait, how many of them there are. */
export interface UserDefinition<State = undefined> {
  /** Between two tasks; none when left out. */
  waitTime?: WaitTime
  /** Chosen by weight, again and again. A function alone has weight 1. */
  tasks: Record<string, TaskFunction<State> | Task<State>>
  /** Share of this class among all users, beside the weights of the others; 1 when left out. */
  weight?: number
  /** This many users of this class, however many there are in all; they are started first. */
  fixedCount?: number
  /** Makes each user's own state, before `onStart`. */
  state?: () => State
  /** Before a user's first task. When it throws, the user is started again after its wait. */
  onStart?: TaskFunction<State>
  /** After a user's last task; its requests may still be sent. */
  onStop?: TaskFunction<State>
}

/** A task that has passed every check. */
export interface CheckedTask {
  readonly name: string
  readonly weight: number
  readonly run: TaskFunction<never>
}

/** A user class that has passed every check; what `defineUser` answers and a scenario exports. */
export class UserClass {
  readonly waitTime: WaitTime
  readonly tasks: readonly CheckedTask[]
  readonly weight: number
  readonly fixedCount: number
  readonly state: () => unknown
  readonly onStart: TaskFunction<never> | undefined
  readonly onStop: TaskFunction<never> | undefined

  /** Throws a `ScenarioError` that names what was expected. */
  constructor(definition: UserDefinition<never>) {
    const place = callersPlace()
    const fail = (expected: string, got: unknown): never => {
      throw new ScenarioError(`expected ${expected}; got ${describe(got)}`, place)
    }
    const positive = (name: string, value: unknown): number =>
      typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : fail(`${name} > 0`, value)
    const optionalFunction = <F>(name: string, value: F): F =>
      value === undefined || typeof value === 'function' ? value : fail(`${name} to be a function`, value)

    if (typeof definition !== 'object' || definition === null)
      fail('defineUser({ tasks: { … } })', definition)
    const { waitTime, tasks, weight, fixedCount, state, onStart, onStop } = definition
    if (typeof tasks !== 'object' || tasks === null || Object.keys(tasks).length === 0) {
      fail('tasks with at least one task', tasks)
    }
    if (fixedCount !== undefined && !(Number.isSafeInteger(fixedCount) && fixedCount >= 0)) {
      fail('fixedCount to be a whole number ≥ 0', fixedCount)
    }
    this.waitTime = optionalFunction('waitTime', waitTime) ?? (() => 0)
    this.tasks = Object.entries(tasks).map(([name, task]) => {
      const run = typeof task === 'function' ? task : task?.run
      if (typeof run !== 'function') fail(`tasks.${name} to be a function, or { weight, run }`, task)
      const given = typeof task === 'function' ? undefined : task.weight
      return { name, run, weight: given === undefined ? 1 : positive(`tasks.${name}.weight`, given) }
    })
    this.weight = weight === undefined ? 1 : positive('weight', weight)
    this.fixedCount = fixedCount ?? 0
    this.state = optionalFunction('state', state) ?? (() => undefined)
    this.onStart = optionalFunction('onStart', onStart)
    this.onStop = optionalFunction('onStop', onStop)
  }
}

/**
 * Declares a class of users. Export it, and `proctor run` finds it; its name is the export's.
 *
 * ```ts
 * import { between, defineUser } from 'proctor'
 *
 * export const Visitor = defineUser({
 *   waitTime: between(1, 2),
 *   tasks: { home: ({ http }) => http.get('/') },
 * })
 * ```
 *
 * Throws a `ScenarioError` with file and line when a weight is not positive, a task is not a function, and so on.
 */
export function defineUser<State = undefined>(definition: UserDefinition<State>): UserClass {
  return new UserClass(definition as unknown as UserDefinition<never>)
}

function describe(value: unknown): string {
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? 'an array' : `{ ${Object.keys(value).join(', ')} }`
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
