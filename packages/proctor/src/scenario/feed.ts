import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Expectations } from './expectations.ts'
import type { Random } from './random.ts'
import {
  type CsvFormat,
  type CsvRow,
  csvSource,
  generatedSource,
  jsonSource,
  ndjsonSource,
  type RowSource,
} from './row-source.ts'
import { callersPlace, ScenarioError } from './scenario-error.ts'

/** How rows are handed out. */
export interface FeedOptions {
  /** `sequential` unless given. `shuffled`: each once, in an order that follows from the seed; `random`: any, again and again. */
  order?: 'sequential' | 'shuffled' | 'random'
  /** Behind the last row: from the first again, which is the default, or the user stops. */
  whenDone?: 'loop' | 'stop'
  /** `run`, the default: each row goes to one user of the whole run. `user`: each user has all rows for itself. */
  share?: 'run' | 'user'
}

/** Rows for users to take; what `csv`, `json`, `ndjson`, `feed` and `unique` answer. */
export class Feed<T> {
  readonly source: RowSource<T>
  readonly order: NonNullable<FeedOptions['order']>
  readonly whenDone: NonNullable<FeedOptions['whenDone']>
  readonly share: NonNullable<FeedOptions['share']>

  /** Throws a `ScenarioError` that names what was expected. */
  constructor(source: RowSource<T>, { order = 'sequential', whenDone = 'loop', share = 'run' }: FeedOptions) {
    const expected = new Expectations()
    const orders = ['sequential', 'shuffled', 'random']
    expected.holds(orders.includes(order), `order 'sequential', 'shuffled' or 'random'`, order)
    expected.holds(['loop', 'stop'].includes(whenDone), `whenDone 'loop' or 'stop'`, whenDone)
    expected.holds(['run', 'user'].includes(share), `share 'run' or 'user'`, share)
    this.source = source
    this.order = order
    this.whenDone = whenDone
    this.share = share
  }
}

/**
 * Rows of a CSV file, with names by its first line. In order and shared by the run it is read as it is used, however long it is; in
 * another order, or for each user, its rows are kept in memory. A file is looked for beside the scenario.
 *
 * ```ts
 * import { csv, defineUser } from 'proctor'
 *
 * const students = csv<{ name: string; email: string }>('students.csv', { whenDone: 'stop' })
 *
 * export const Writer = defineUser({
 *   tasks: { create: async ({ http, take }) => http.post('/students', { json: await take(students) }) },
 * })
 * ```
 *
 * Throws a `ScenarioError` where there is no such file. A broken row is a `DataError` of the task that took it, with file and line.
 */
export function csv<T extends Record<keyof T, string> = CsvRow>(
  file: string,
  options: FeedOptions & CsvFormat = {},
): Feed<T> {
  return new Feed(csvSource(existing(file), options) as unknown as RowSource<T>, options)
}

/** The elements of a JSON array, which is read whole. */
export function json<T>(file: string, options: FeedOptions = {}): Feed<T> {
  return new Feed(jsonSource<T>(existing(file)), options)
}

/** A JSON value on each line; read as it is used, as `csv` is. */
export function ndjson<T>(file: string, options: FeedOptions = {}): Feed<T> {
  return new Feed(ndjsonSource<T>(existing(file)), options)
}

/**
 * Rows that the scenario makes: an array, or a generator, which every worker runs for itself and which so has to yield the same in each;
 * `random` does.
 *
 * ```ts
 * import { feed } from 'proctor'
 *
 * const baskets = feed(function* (random) {
 *   for (;;) yield { items: random.integer(1, 9) }
 * })
 * ```
 */
export function feed<T>(
  rows: readonly T[] | ((random: Random) => Iterable<T>),
  options: FeedOptions = {},
): Feed<T> {
  const expected = new Expectations()
  expected.holds(
    typeof rows === 'function' || Array.isArray(rows),
    'rows, or a function that makes them',
    rows,
  )
  const make = typeof rows === 'function' ? rows : () => rows
  return new Feed(generatedSource(callersPlace() ?? 'feed', make), options)
}

/** Whole numbers from `from` on, each given to one user of the whole run, whatever the number of workers. */
export function unique({ from = 1 }: { from?: number } = {}): Feed<number> {
  const first = new Expectations().wholeNumber('from', from)
  return feed(function* () {
    for (let next = first; ; next++) yield next
  })
}

function existing(file: string): string {
  const place = callersPlace()
  const folder = place === undefined ? process.cwd() : dirname(place)
  const path = resolve(folder, file)
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return path
  throw new ScenarioError(`expected a file ${path}; there is none`, place)
}
