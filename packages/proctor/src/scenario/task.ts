import type { Http } from '../http/http.ts'
import type { Fetch } from '../http/fetch.ts'
import type { Feed } from './feed.ts'
import type { Random } from './random.ts'

/** What a task is given: one user's own client, random choices and state. */
export interface User<State = undefined> {
  /** Asks over connections of this user's own, with its cookies. */
  readonly http: Http
  /** This user's random choices: the same in every run of the same seed. */
  readonly random: Random
  /** What `state()` of the definition made for this user. */
  readonly state: State
  /** Counted from 0 within the run. */
  readonly id: number
  /** Waits within a task; rejects when the run ends meanwhile. */
  readonly sleep: (seconds: number) => Promise<void>
  /** `fetch` over this user's own client: for clients that take one, counted and timed as `http` is. */
  readonly fetch: Fetch
  /**
   * Times a promise of any kind: a query, a call of another protocol. It counts as a request of method `measure`; rejected, it has failed.
   * Answers what the promise does.
   */
  readonly measure: <T>(name: string, run: () => T | Promise<T>) => Promise<T>
  /**
   * Times what is done within as one: requests, thought and all. It has failed when one of its requests has, or when it throws. It stands
   * beside the requests, and is counted as none.
   */
  readonly transaction: <T>(name: string, run: () => T | Promise<T>) => Promise<T>
  /** The next row of a feed that is this user's. */
  readonly take: <T>(feed: Feed<T>) => Promise<T>
}

/** What a user does once. What it returns is awaited and left alone. */
export type TaskFunction<State = undefined> = (user: User<State>) => unknown

/** What may be said of a task or a task set among its neighbours. */
export interface TaskOptions {
  /** How often it is chosen, beside the weights of the others; 1 when left out. */
  weight?: number
  /** What `--tags` and `--exclude-tags` choose by. Those of a set are those of all that is in it. */
  tags?: readonly string[]
  /** How often one user does it at most; then it is chosen no more. */
  times?: number
}

/** A task with what may be said of it. */
export interface Task<State = undefined> extends TaskOptions {
  /** What is done. */
  run: TaskFunction<State>
}
