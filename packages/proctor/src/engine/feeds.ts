import { basename } from 'node:path'
import { DataError } from '../scenario/data-error.ts'
import type { Feed } from '../scenario/feed.ts'
import { Random } from '../scenario/random.ts'
import type { Row } from '../scenario/row-source.ts'
import { Signal } from '../scenario/signal.ts'
import type { Share } from './plan.ts'

/** Who takes: each has a place of its own in what is not shared. */
interface Taker {
  readonly random: Random
}

/** Hands out rows in one worker: of what the run shares its own part, which no other worker has. */
export class Feeds {
  readonly #share: Share
  readonly #seed: number
  readonly #open = new Map<Feed<unknown>, Handout<unknown>>()

  constructor(share: Share, seed: number) {
    this.#share = share
    this.#seed = seed
  }

  /** Throws a `DataError` for a broken row, and ends the user where nothing is left and it is to stop. */
  async take<T>(feed: Feed<T>, taker: Taker): Promise<T> {
    let handout = this.#open.get(feed) as Handout<T> | undefined
    if (handout === undefined) this.#open.set(feed, (handout = this.#handoutOf(feed)))
    const row = await handout.next(taker)
    if (row === undefined) throw new Signal('user')
    if ('error' in row) throw row.error
    return row.value
  }

  #handoutOf<T>(feed: Feed<T>): Handout<T> {
    if (feed.order === 'random') return new AtRandom(new Rows(feed, this.#seed))
    if (feed.share === 'user') return new ForEach(feed, new Rows(feed, this.#seed))
    return new Partition(feed, this.#share, this.#seed)
  }
}

interface Handout<T> {
  /** `undefined` where nothing is left. */
  next(taker: Taker): Promise<Row<T> | undefined>
}

/** All rows, in memory. */
class Rows<T> {
  readonly #feed: Feed<T>
  readonly #seed: number
  #rows: Promise<Row<T>[]> | undefined

  constructor(feed: Feed<T>, seed: number) {
    this.#feed = feed
    this.#seed = seed
  }

  all(): Promise<Row<T>[]> {
    this.#rows ??= this.#read()
    return this.#rows
  }

  async #read(): Promise<Row<T>[]> {
    const { source } = this.#feed
    const rows: Row<T>[] = []
    for await (const batch of source.batches(streamOf(source.name, this.#seed)))
      for (const row of batch) rows.push(row)
    if (rows.length === 0)
      throw new DataError(source.name, undefined, 'expected at least one row; there is none')
    return rows
  }
}

class AtRandom<T> implements Handout<T> {
  readonly #rows: Rows<T>

  constructor(rows: Rows<T>) {
    this.#rows = rows
  }

  async next({ random }: Taker): Promise<Row<T>> {
    return random.pick(await this.#rows.all())
  }
}

/** Each user goes through all rows by itself. */
class ForEach<T> implements Handout<T> {
  readonly #feed: Feed<T>
  readonly #rows: Rows<T>
  readonly #left = new WeakMap<Taker, Row<T>[]>()

  constructor(feed: Feed<T>, rows: Rows<T>) {
    this.#feed = feed
    this.#rows = rows
  }

  async next(taker: Taker): Promise<Row<T> | undefined> {
    const rows = await this.#rows.all()
    let left = this.#left.get(taker)
    if (left === undefined || (left.length === 0 && this.#feed.whenDone === 'loop')) {
      left = (this.#feed.order === 'shuffled' ? shuffled(rows, taker.random) : rows).toReversed()
      this.#left.set(taker, left)
    }
    return left.pop()
  }
}

/** Of all rows every so many-th, counted from this worker's own number: those of the workers together are all, each once. */
class Partition<T> implements Handout<T> {
  readonly #feed: Feed<T>
  readonly #share: Share
  readonly #seed: number
  readonly #kept: Rows<T>
  #batches: AsyncIterator<readonly Row<T>[]> | undefined
  #batch: readonly Row<T>[] = []
  /** Of the batch those before are taken; and how many rows came in the batches before. */
  #at = 0
  #before = 0
  #passes = 0
  #takenInPass = 0
  /** Takers come one after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(feed: Feed<T>, share: Share, seed: number) {
    this.#feed = feed
    this.#share = share
    this.#seed = seed
    this.#kept = new Rows(feed, seed)
  }

  next(): Promise<Row<T> | undefined> {
    const taken = this.#turn.then(() => this.#take())
    this.#turn = taken.catch(() => {})
    return taken
  }

  async #take(): Promise<Row<T> | undefined> {
    for (;;) {
      for (; this.#at < this.#batch.length; this.#at++) {
        if ((this.#before + this.#at) % this.#share.of !== this.#share.worker) continue
        this.#takenInPass += 1
        return this.#batch[this.#at++]
      }
      if (!(await this.#nextBatch())) return undefined
    }
  }

  /** `false` behind the last, where it is not gone through again. */
  async #nextBatch(): Promise<boolean> {
    this.#batches ??= this.#pass()[Symbol.asyncIterator]()
    const { done, value } = await this.#batches.next()
    this.#before += this.#batch.length
    this.#batch = done === true ? [] : value
    this.#at = 0
    if (done !== true) return true
    if (this.#feed.whenDone === 'stop') return false
    this.#checkGain()
    this.#batches = undefined
    this.#before = this.#takenInPass = 0
    this.#passes += 1
    return true
  }

  #checkGain(): void {
    if (this.#takenInPass > 0) return
    const problem = `expected a row for each of ${this.#share.of} workers; there are ${this.#before}: give --threads`
    throw new DataError(this.#feed.source.name, undefined, problem)
  }

  #pass(): AsyncIterable<readonly Row<T>[]> {
    const { source, order } = this.#feed
    return order === 'shuffled'
      ? this.#shuffledPass()
      : source.batches(streamOf(source.name, this.#seed, this.#passes))
  }

  /** The same order in every worker, another in each pass. */
  async *#shuffledPass(): AsyncGenerator<readonly Row<T>[]> {
    const { name } = this.#feed.source
    yield shuffled(await this.#kept.all(), streamOf(`shuffle/${name}`, this.#seed, this.#passes))
  }
}

function streamOf(name: string, seed: number, pass = 0): Random {
  // Without the folder: the same choices on every machine.
  return new Random(seed, `feed/${basename(name)}/${pass}`)
}

/** Source: Fisher and Yates, 1938; Durstenfeld, 1964. */
function shuffled<T>(rows: readonly T[], random: Random): T[] {
  const mixed = [...rows]
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = random.integer(0, last)
    ;[mixed[last], mixed[other]] = [mixed[other]!, mixed[last]!]
  }
  return mixed
}
