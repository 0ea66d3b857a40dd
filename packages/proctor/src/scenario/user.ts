import type { Http } from '../http/client.ts'
import { Expectations } from './expectations.ts'
import type { Random } from './random.ts'
import { noWait, type WaitTime } from './wait-time.ts'

/** What a task is given: one user's own client, random choices and state. */
export interface User<State = undefined> {
  readonly http: Http
  readonly random: Random
  /** What `state()` of the definition made for this user. */
  readonly state: State
  /** Counted from 0 within the run. */
  readonly id: number
  /** Waits within a task; rejects when the run ends meanwhile. */
  readonly sleep: (seconds: number) => Promise<void>
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
  /** This many users of this class, as far as there are as many in all; they are started before those by weight. */
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
    const expected = new Expectations()
    expected.object('defineUser({ tasks: { … } })', definition)
    const {
      waitTime,
      tasks,
      weight = 1,
      fixedCount = 0,
      state,
      onStart,
      onStop,
    } = expected.knownKeys('a user', definition, USER_KEYS)
    this.waitTime = expected.optionalFunction('waitTime', waitTime, ', such as between(1, 2)') ?? noWait
    this.tasks = checkedTasks(tasks, expected)
    this.weight = expected.positive('weight', weight)
    this.fixedCount = expected.wholeNumber('fixedCount', fixedCount)
    this.state = expected.optionalFunction('state', state) ?? (() => undefined)
    this.onStart = expected.optionalFunction('onStart', onStart)
    this.onStop = expected.optionalFunction('onStop', onStop)
  }
}

const USER_KEYS = ['waitTime', 'tasks', 'weight', 'fixedCount', 'state', 'onStart', 'onStop']

type Tasks = UserDefinition<never>['tasks']

function checkedTasks(tasks: Tasks, expected: Expectations): CheckedTask[] {
  const entries = Object.entries(expected.object('tasks: { name: function, … }', tasks))
  expected.holds(entries.length > 0, 'tasks with at least one task', tasks)
  return entries.map(([name, task]) => checkedTask(name, task, expected))
}

function checkedTask(name: string, task: Tasks[string], expected: Expectations): CheckedTask {
  const path = `tasks.${name}`
  if (typeof task === 'function') return { name, run: task, weight: 1 }
  const run = task?.run
  expected.holds(typeof run === 'function', `${path} to be a function, or { weight, run }`, task)
  const { weight = 1 } = expected.knownKeys(path, task, ['weight', 'run'])
  return { name, run, weight: expected.positive(`${path}.weight`, weight) }
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
 * Throws a `ScenarioError` with file and line when a weight is not positive, a task is not a function, a key is
 * misspelt, and so on.
 */
export function defineUser<State = undefined>(definition: UserDefinition<State>): UserClass {
  return new UserClass(definition as unknown as UserDefinition<never>)
}
