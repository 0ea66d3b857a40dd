import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { deserialize, serialize } from 'node:v8'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Clock } from '../clock/clock.ts'
import { type RunRecord, shownArguments } from '../run/record.ts'
import { replay, type Told } from '../run/replay.ts'
import type { RunBegun, RunEnd } from '../run/run.ts'
import { fileIn, openDatabase, openToRead, PATIENT_MS, setAside } from './database.ts'
import { HistoryError, toHistoryError } from './history-error.ts'
import { type KeptRun, type RunSummary, summaryAtStart, summaryOf } from './kept-run.ts'
import { type View, Views } from './views.ts'

export interface HistoryOptions {
  readonly clock: Clock
  /** How many runs are kept that have neither name nor tag: the newest. */
  readonly keepRuns?: number
}

/** A kept run, and all that it measured. */
export interface OpenedRun {
  readonly run: KeptRun
  readonly record: RunRecord
  /** Another one when more is known of the run. */
  readonly edition: string
}

/** In the folder where `proctor` is called. */
export const HISTORY_FOLDER = '.proctor'
export const KEPT_RUNS = 100
/** A run tells each second; who has been silent for so long is gone, whoever has its process id now. */
const SILENT_MS = 15_000
/** While a run goes on, what another process holds locked is written a second later. */
const IMPATIENT_MS = 250

/**
 * The runs kept in a folder: one SQLite file, which several processes may write at a time. A run is there from its
 * beginning, and grows by a small transaction a second. All methods throw a `HistoryError`.
 */
export class History {
  readonly file: string
  readonly #database: DatabaseSync
  readonly #clock: Clock
  readonly #keepRuns: number
  readonly #begin: StatementSync
  readonly #second: StatementSync
  readonly #grow: StatementSync
  readonly #finish: StatementSync
  readonly #forgetSeconds: StatementSync
  readonly #prune: StatementSync
  readonly #list: StatementSync
  readonly #one: StatementSync
  readonly #content: StatementSync
  readonly #seconds: StatementSync
  readonly #rename: StatementSync
  readonly #tag: StatementSync
  readonly #untag: StatementSync
  readonly #delete: StatementSync
  readonly #views: Views

  private constructor(
    folder: string,
    database: DatabaseSync,
    { clock, keepRuns = KEPT_RUNS }: HistoryOptions,
  ) {
    this.file = fileIn(folder)
    this.#database = database
    this.#clock = clock
    this.#keepRuns = keepRuns
    const prepare = (sql: string): StatementSync => database.prepare(sql)
    this.#begin = prepare(
      'INSERT INTO run (run_id, started_at, told_at, pid, machine, summary, begun) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    this.#second = prepare('INSERT INTO second (run_id, number, told) VALUES (?, ?, ?)')
    this.#grow = prepare('UPDATE run SET told_at = ?, summary = ? WHERE run_id = ?')
    this.#finish = prepare('UPDATE run SET state = ?, summary = ?, record = ?, begun = NULL WHERE run_id = ?')
    this.#forgetSeconds = prepare('DELETE FROM second WHERE run_id = ?')
    this.#prune = prepare(PRUNE)
    this.#list = prepare(`${RUNS} ORDER BY started_at DESC`)
    this.#one = prepare(`${RUNS} WHERE run_id = ?`)
    this.#content = prepare('SELECT begun, record FROM run WHERE run_id = ?')
    this.#seconds = prepare('SELECT told FROM second WHERE run_id = ? ORDER BY number')
    this.#rename = prepare('UPDATE run SET name = ? WHERE run_id = ?')
    this.#tag = prepare('INSERT OR IGNORE INTO tag (run_id, tag) VALUES (?, ?)')
    this.#untag = prepare('DELETE FROM tag WHERE run_id = ? AND tag = ?')
    this.#delete = prepare('DELETE FROM run WHERE run_id = ?')
    this.#views = new Views(database)
  }

  /** Makes the folder where there is none. `notice` is told when a damaged file was put aside. */
  static open(folder: string, options: HistoryOptions, notice: (text: string) => void = () => {}): History {
    const { database, setAside: aside } = openDatabase(folder)
    if (aside !== undefined) notice(damaged(aside))
    return new History(folder, database, options)
  }

  /** To look at what is there; `undefined` where nothing ever was. Makes no folder, and needs no right to write. */
  static openExisting(
    folder: string,
    options: HistoryOptions,
    notice: (text: string) => void = () => {},
  ): History | undefined {
    if (!existsSync(fileIn(folder))) return undefined
    try {
      return History.open(folder, options, notice)
    } catch (error) {
      if (!(error instanceof HistoryError) || error.code !== 'history-unwritable') throw error
      return new History(folder, openToRead(folder), options)
    }
  }

  begin(begun: RunBegun): void {
    const { runId, startedAt } = begun
    this.#transact(() => {
      const summary = JSON.stringify(summaryAtStart(begun))
      const known = serialize(withoutSecrets(begun))
      this.#begin.run(runId, startedAt, this.#now(), process.pid, hostname(), summary, known)
    })
    this.#database.exec(`PRAGMA busy_timeout = ${IMPATIENT_MS}`)
  }

  /** Another second of a run; `number` counts from 0. */
  second(runId: string, number: number, told: Told, summary: RunSummary): void {
    this.#transact(() => {
      this.#second.run(runId, number, serialize(told))
      this.#grow.run(this.#now(), JSON.stringify(summary), runId)
    })
  }

  /** The record takes the place of the seconds; runs beyond those to keep are dropped, the oldest first. */
  finish({ state, error, record }: RunEnd): void {
    const summary = JSON.stringify(summaryOf(record, error?.message ?? null))
    const packed = zstdCompressSync(JSON.stringify(record))
    this.#guard(() => this.#database.exec(`PRAGMA busy_timeout = ${PATIENT_MS}`))
    this.#transact(() => {
      this.#finish.run(state, summary, packed, record.runId)
      this.#forgetSeconds.run(record.runId)
      this.#prune.run(this.#now() - SILENT_MS, this.#keepRuns)
    })
    this.#shrink()
  }

  /** The newest first. */
  list(): KeptRun[] {
    return this.#guard(() => this.#list.all().map((row) => this.#toRun(row as unknown as RunRow)))
  }

  open(runId: string): OpenedRun {
    return this.#guard(() => {
      // Read first: whatever comes meanwhile makes it an older one.
      const edition = this.#views.editionOf(runId) ?? ''
      const run = this.#runOf(runId)
      return { run, edition, record: this.#recordOf(runId) }
    })
  }

  /** A part of what `maker` made of the run as it stands; `undefined` where there is none. */
  viewOf(runId: string, part: string, maker: string): Uint8Array | undefined {
    return this.#guard(() => this.#views.part(runId, part, maker))
  }

  /** `edition` is that of the run as it was opened. */
  keepView(runId: string, view: View): void {
    this.#change(runId, () => this.#views.keep(runId, view))
  }

  /** `null` takes its name away. */
  rename(runId: string, name: string | null): void {
    const trimmed =
      name === null ? null : checked(name.trim(), NAME, 'a name of 1 to 100 characters on one line')
    this.#change(runId, () => void this.#rename.run(trimmed, runId))
  }

  /** A run that has the tag already keeps it. */
  tag(runId: string, tag: string): void {
    checked(tag, TAG, 'a tag of 1 to 50 letters, digits and - _ . / : =')
    this.#change(runId, () => void this.#tag.run(runId, tag))
  }

  untag(runId: string, tag: string): void {
    this.#change(runId, () => void this.#untag.run(runId, tag))
  }

  /** Not while it goes on. */
  delete(runId: string): void {
    this.#change(runId, ({ state }) => {
      if (state === 'running') throw new HistoryError('run-running', `${runId}; stop it first`)
      this.#delete.run(runId)
    })
    this.#shrink()
  }

  /** A second time it does nothing. */
  close(): void {
    if (this.#database.isOpen) this.#database.close()
  }

  #change(runId: string, change: (run: KeptRun) => void): void {
    this.#transact(() => change(this.#runOf(runId)))
  }

  #runOf(runId: string): KeptRun {
    const row = this.#one.get(runId)
    if (row === undefined) throw new HistoryError('run-unknown', runId)
    return this.#toRun(row as unknown as RunRow)
  }

  #recordOf(runId: string): RunRecord {
    const { begun, record } = this.#content.get(runId) as {
      begun: Uint8Array | null
      record: Uint8Array | null
    }
    try {
      if (record !== null) return JSON.parse(zstdDecompressSync(record).toString()) as RunRecord
      return replay(deserialize(begun!) as RunBegun, this.#toldBy(runId))
    } catch (cause) {
      throw new HistoryError('run-unreadable', `${runId} (${(cause as Error).message})`, { cause })
    }
  }

  *#toldBy(runId: string): Generator<Told> {
    for (const { told } of this.#seconds.iterate(runId)) yield deserialize(told as Uint8Array) as Told
  }

  #toRun({ run_id, name, started_at, tags, summary, ...standing }: RunRow): KeptRun {
    return {
      runId: run_id,
      name,
      tags: JSON.parse(tags) as string[],
      state: this.#stateOf(standing),
      startedAt: new Date(started_at).toISOString(),
      ...(JSON.parse(summary) as RunSummary),
    }
  }

  #stateOf({
    state,
    told_at,
    pid,
    machine,
  }: Pick<RunRow, 'state' | 'told_at' | 'pid' | 'machine'>): KeptRun['state'] {
    if (state !== null) return state
    const isHeard = this.#now() - told_at < SILENT_MS
    return isHeard && (machine !== hostname() || isAlive(pid)) ? 'running' : 'crashed'
  }

  /** Gives back to the disk what is no longer used. */
  #shrink(): void {
    this.#guard(() => this.#database.exec('PRAGMA incremental_vacuum'))
  }

  #transact(write: () => void): void {
    this.#guard(() => {
      this.#database.exec('BEGIN IMMEDIATE')
      try {
        write()
        this.#database.exec('COMMIT')
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
        throw error
      }
    })
  }

  #guard<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      const known = toHistoryError(error, this.file)
      throw known.code === 'history-corrupt' ? this.#setAside(known) : known
    }
  }

  /** Damage may lie deep in a file that opens. */
  #setAside(error: HistoryError): HistoryError {
    this.close()
    return new HistoryError(error.code, damaged(setAside(this.file)), { cause: error })
  }

  #now(): number {
    return this.#clock.wallTime(this.#clock.now())
  }
}

interface RunRow {
  readonly run_id: string
  readonly name: string | null
  readonly started_at: number
  readonly told_at: number
  readonly pid: number
  readonly machine: string
  readonly state: RunEnd['state'] | null
  readonly summary: string
  /** A JSON array. */
  readonly tags: string
}

const RUNS = `
SELECT run_id, name, started_at, told_at, pid, machine, state, summary,
  (SELECT json_group_array(tag ORDER BY tag) FROM tag WHERE tag.run_id = run.run_id) AS tags
FROM run`

const PRUNE = `
DELETE FROM run WHERE run_id IN (
  SELECT run_id FROM run
  WHERE name IS NULL
    AND NOT EXISTS (SELECT 1 FROM tag WHERE tag.run_id = run.run_id)
    AND (state IS NOT NULL OR told_at < ?)
  ORDER BY started_at DESC LIMIT -1 OFFSET ?
)`

/** What is not in the record of a run that ends is not kept of one that does not, either. */
function withoutSecrets(begun: RunBegun): RunBegun {
  const { tls: _tls, ...plan } = begun.plan
  const { arguments: _declared, ...scenario } = begun.scenario
  return { ...begun, plan: { ...plan, arguments: shownArguments(begun.plan) }, scenario }
}

const NAME = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,100}$/u
const TAG = /^[\p{L}\p{N}_.:/=-]{1,50}$/u

function checked(text: string, form: RegExp, expected: string): string {
  if (form.test(text)) return text
  throw new HistoryError('label-refused', `expected ${expected}, got ${JSON.stringify(text)}`)
}

function damaged(aside: string): string {
  return `it was put aside as ${aside}; the next run begins another`
}

/** A process of another user's cannot be signalled, and lives. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
