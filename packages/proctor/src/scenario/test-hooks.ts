import type { Http } from '../http/http.ts'
import { Expectations } from './expectations.ts'
import type { Random } from './random.ts'

/** What hooks of the whole test are given. Their requests are not counted. */
export interface TestContext {
  /** A client of their own. */
  readonly http: Http
  /** Random choices that follow from the run's seed. */
  readonly random: Random
}

/** What happens once in the run. */
export interface TestDefinition<Data = undefined> {
  /**
   * Once in the run, before any user, in one worker. What it answers is handed to all workers, and so has to be data: text,
   * numbers, arrays, objects, dates, bytes. When it throws, the run does not begin.
   */
  onStart?: (test: TestContext) => Data | Promise<Data>
  /** Once, after the last user, in the same worker. */
  onStop?: (test: TestContext & { readonly data: Data }) => unknown
}

/** Hooks of the whole test that have passed every check; what `defineTest` answers and a scenario exports. */
export class TestHooks<Data = unknown> {
  readonly onStart: TestDefinition<Data>['onStart']
  readonly onStop: TestDefinition<Data>['onStop']
  #state: { readonly data: Data } | undefined

  /** Throws a `ScenarioError` that names what was expected. */
  constructor(definition: TestDefinition<Data>) {
    const expected = new Expectations()
    expected.object('defineTest({ onStart, onStop })', definition)
    const { onStart, onStop } = expected.knownKeys('a test', definition, ['onStart', 'onStop'])
    this.onStart = expected.optionalFunction('onStart', onStart)
    this.onStop = expected.optionalFunction('onStop', onStop)
  }

  /** What `onStart` answered. Throws where it has not run yet. */
  get data(): Data {
    if (this.#state !== undefined) return this.#state.data
    throw new Error('expected the data of onStart in a task or a hook; the test has not started yet')
  }

  /** From now on this is the data, in this worker. */
  begin(data: Data): void {
    this.#state = { data }
  }
}

/**
 * Declares what happens once in the run, before all users and after them. Export it; tasks find what `onStart` answered in `data`.
 *
 * ```ts
 * import { defineTest, defineUser } from 'proctor'
 *
 * export const test = defineTest({
 *   async onStart({ http }) {
 *     const response = await http.post('/students', { json: { name: 'Ada' } })
 *     return { id: response.json<{ id: number }>().id }
 *   },
 *   onStop: ({ http, data }) => http.delete(`/students/${data.id}`),
 * })
 *
 * export const Reader = defineUser({ tasks: { read: ({ http }) => http.get(`/students/${test.data.id}`) } })
 * ```
 */
export function defineTest<Data = undefined>(definition: TestDefinition<Data>): TestHooks<Data> {
  return new TestHooks(definition)
}
