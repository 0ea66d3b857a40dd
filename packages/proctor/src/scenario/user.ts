import type { ClientSettings } from '../http/http.ts'
import { withAuth } from '../http/form.ts'
import { Origin } from '../http/origin.ts'
import { standingHeaders } from '../http/request.ts'
import type { Credentials } from '../http/request-options.ts'
import { Expectations } from './expectations.ts'
import type { TaskFunction } from './task.ts'
import { checkedTasks, type Entry, type KnownTransitions, type Tasks } from './task-set.ts'
import { noWait, type WaitTime } from './wait-time.ts'

/** One class of users: what they do, how long they wait, how many of them there are. */
export interface UserDefinition<State = undefined, T extends Tasks<State> = Tasks<State>> {
  /** Between two tasks; none when left out. */
  waitTime?: WaitTime
  /** Chosen by weight, again and again. A function alone has weight 1. */
  tasks: T
  /** Share of this class among all users, beside the weights of the others; 1 when left out. */
  weight?: number
  /** This many users of this class, as far as there are as many in all; they are started before those by weight. */
  fixedCount?: number
  /** How many tasks one user does in a closed load before it ends, a task set from entering to leaving being one. */
  iterations?: number
  /** Where this class's paths go: a whole URL, or a path behind that of `-H`, such as `/api`. */
  baseUrl?: string
  /** Sent with every request of this class, in place of Proctor's of the same name. */
  headers?: Record<string, string>
  /** `{ user, password }` or `{ token }`, sent as `Authorization` with every request to the class's host. */
  auth?: Credentials
  /** Makes each user's own state, before `onStart`. */
  state?: () => State
  /** Before a user's first task. When it throws, the user is started again after its wait. */
  onStart?: TaskFunction<State>
  /** After a user's last task; its requests may still be sent. */
  onStop?: TaskFunction<State>
}

/** A user class that has passed every check; what `defineUser` answers and a scenario exports. */
export class UserClass {
  readonly waitTime: WaitTime
  readonly tasks: readonly Entry[]
  readonly weight: number
  readonly fixedCount: number
  readonly iterations: number
  /** What its clients are made with. */
  readonly http: ClientSettings
  readonly baseUrl: string | undefined
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
      iterations,
      baseUrl,
      headers = {},
      auth,
      state,
      onStart,
      onStop,
    } = expected.knownKeys('a user', definition, USER_KEYS)
    this.waitTime = expected.optionalFunction('waitTime', waitTime, ', such as between(1, 2)') ?? noWait
    this.tasks = checkedTasks(tasks, expected)
    this.weight = expected.positive('weight', weight)
    this.fixedCount = expected.wholeNumber('fixedCount', fixedCount)
    this.iterations = iterations === undefined ? Infinity : expected.atLeastOne('iterations', iterations)
    this.baseUrl = baseUrl
    this.http = { headers, ...(auth && { auth }) }
    expected.passes('baseUrl', () => this.originAt(ANY_HOST))
    expected.passes('headers', () => standingHeaders(ANY_HOST, '', withAuth(headers, auth)))
    this.state = expected.optionalFunction('state', state) ?? (() => undefined)
    this.onStart = expected.optionalFunction('onStart', onStart)
    this.onStop = expected.optionalFunction('onStop', onStop)
  }

  /** Where its paths go, of a run against `host`. */
  originAt(host: Origin): Origin {
    if (this.baseUrl === undefined) return host
    return new Origin(
      this.baseUrl.startsWith('/') ? host.origin + host.basePath + this.baseUrl : this.baseUrl,
    )
  }

  /** The same class with some of its tasks only. */
  withTasks(tasks: readonly Entry[]): UserClass {
    return Object.assign(Object.create(UserClass.prototype) as UserClass, this, { tasks })
  }

  withWeight(weight: number): UserClass {
    return Object.assign(Object.create(UserClass.prototype) as UserClass, this, { weight })
  }
}

const ANY_HOST = new Origin('http://localhost')
const USER_KEYS = [
  'baseUrl',
  'headers',
  'auth',
  'waitTime',
  'tasks',
  'weight',
  'fixedCount',
  'iterations',
  'state',
  'onStart',
  'onStop',
]

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
export function defineUser<State = undefined, T extends Tasks<State> = Tasks<State>>(
  definition: UserDefinition<State, T & KnownTransitions<T>>,
): UserClass {
  return new UserClass(definition as unknown as UserDefinition<never>)
}
