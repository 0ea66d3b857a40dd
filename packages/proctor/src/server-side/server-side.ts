import type { Clock } from '../clock/clock.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import type { CohortName } from '../evidence/cohort.ts'
import type { FailureExample } from '../evidence/failure.ts'
import type { Redaction } from '../evidence/redaction.ts'
import type { FailureRecord, RunRecord } from '../run/record.ts'
import type { RunListener } from '../run/run.ts'
import type { ServerLine, ServerRecord, SignatureRecord, SourceRecord } from '../run/server-record.ts'
import { type Entry, isGrave, normalId } from './entry.ts'
import { JoinedLines } from './joined-lines.ts'
import { maskedMessage, MessageTally } from './message-tally.ts'
import type { Held } from './recent-entries.ts'
import { idsOf } from './request-ids.ts'
import type { Source, SourceListener } from './source.ts'

export interface ServerSideOptions {
  readonly clock: Clock
  readonly redaction: Redaction
  /** Told of trouble with a source, while the run goes on. */
  readonly say: (text: string) => void
}

/** How long after the run what the service says late is waited for, where it has not spoken of a failing request yet. */
const GRACE_MS = 2_000
const LOOK_EVERY_MS = 100
/** Of each signature. */
const MOST_FOLLOWED = 1_000
const LONGEST_TEXT = 8 * 1024
const LONGEST_MESSAGE = 300
/** Clocks that differ by less are not worth a word. */
const SKEW_MS = 5_000

/** What the service says while a run goes on: its logs and spans, joined to the requests that are kept. */
export class ServerSide implements RunListener {
  readonly #sources: readonly Source[]
  readonly #clock: Clock
  readonly #redaction: Redaction
  readonly #say: (text: string) => void
  readonly #joined = new JoinedLines((held) => this.#toLine(held))
  readonly #grave = new MessageTally()
  /** Ids of failing requests by signature. */
  readonly #followed = new Map<string, Set<string>>()
  readonly #standing = new Map<Source, { joined: number; readonly aheadMs: number[] }>()

  constructor(sources: readonly Source[], { clock, redaction, say }: ServerSideOptions) {
    this.#sources = sources
    this.#clock = clock
    this.#redaction = redaction
    this.#say = say
    for (const source of sources) this.#standing.set(source, { joined: 0, aheadMs: [] })
  }

  /** Throws a `ServerSideError` where a source cannot be read. */
  async start(): Promise<void> {
    const listener: SourceListener = {
      entry: (entry, source) => this.#note(entry, source),
      trouble: (words, { name }) => this.#say(`${name}: ${words}`),
    }
    for (const source of this.#sources) await source.start(listener)
  }

  told({ failures, evidence }: Snapshot): void {
    for (const [, { what }] of failures) if (what.example !== null) this.#want(what.example)
    for (const { exemplars } of evidence) for (const exemplar of exemplars) this.#want(exemplar)
    for (const { traceIds = [], ...cohort } of evidence) this.#follow(cohort, traceIds)
  }

  /** Waits a moment for what comes late, lets go of the sources, and answers the record with what the service said. */
  async end(record: RunRecord): Promise<RunRecord> {
    await this.#waitFor(record.failures.flatMap(({ example }) => example ?? []))
    await this.stop()
    const exemplars = record.exemplars.map((exemplar) => this.#withLines(exemplar))
    const failures = record.failures.map((failure) => {
      return { ...failure, example: failure.example && this.#withLines(failure.example) }
    })
    const joined = { ...record, exemplars, failures }
    return { ...joined, server: this.#record(joined) }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#sources.map((source) => source.stop()))
  }

  #note(entry: Entry, source: Source): void {
    const { at, level, ids } = entry
    const standing = this.#standing.get(source)!
    const now = this.#clock.wallTime(this.#clock.now())
    if (at !== undefined) noteAhead(standing.aheadMs, at - now)
    const isJoined = ids.length > 0 && this.#joined.add({ entry, source })
    if (isJoined) standing.joined += 1
    if (isGrave(level)) this.#grave.add(level!, this.#redaction.text(entry.message), now)
  }

  #toLine({ entry: { at, level, message, text }, source: { name } }: Held): ServerLine {
    return {
      at: at === undefined || Math.abs(at) > 8e15 ? null : new Date(at).toISOString(),
      level: level ?? null,
      message: this.#redaction.text(message.slice(0, LONGEST_MESSAGE)),
      text: this.#redaction.body(text).slice(0, LONGEST_TEXT),
      source: name,
    }
  }

  #want(example: FailureExample): void {
    for (const id of idsOf(example)) this.#joined.want(id)
  }

  /** Of failing requests that are not kept whole, what is said under the id that was sent. */
  #follow(cohort: CohortName, traceIds: readonly string[]): void {
    if (traceIds.length === 0) return
    const key = keyOf(cohort)
    const followed = this.#followed.get(key) ?? new Set()
    this.#followed.set(key, followed)
    for (const id of traceIds) {
      if (followed.size >= MOST_FOLLOWED) return
      followed.add(id)
      this.#joined.want(normalId(id))
    }
  }

  /** The lines of each that is not among those kept; none where the service speaks of none by these ids. */
  #linesOfFollowed(failure: FailureRecord, kept: readonly FailureExample[]): (readonly ServerLine[])[] {
    const known = new Set(kept.map(({ traceId }) => traceId))
    const others = [...(this.#followed.get(keyOf(failure)) ?? [])].filter((id) => !known.has(id))
    const lines = others.map((id) => this.#joined.of([normalId(id)]))
    return lines.some((each) => each.length > 0) ? lines : []
  }

  #withLines<T extends FailureExample>(example: T): T {
    return { ...example, server: this.#joined.of(idsOf(example)) }
  }

  async #waitFor(examples: readonly FailureExample[]): Promise<void> {
    const until = this.#clock.now() + GRACE_MS
    for (;;) {
      await Promise.all(this.#sources.map((source) => source.look()))
      const isSilent = (example: FailureExample): boolean => this.#joined.of(idsOf(example)).length === 0
      if (this.#clock.now() >= until || !examples.some(isSilent)) return
      await new Promise<void>((resolve) => void this.#clock.after(LOOK_EVERY_MS, resolve))
    }
  }

  #record(record: RunRecord): ServerRecord {
    return {
      sources: this.#sources.map((source) => this.#sourceRecord(source)),
      messages: this.#grave.messages,
      signatures: record.failures.map((failure) => this.#signatureRecord(failure, record)),
    }
  }

  /** Of how many of the failing requests of one signature the service spoke, and what it said; of those that passed, too. */
  #signatureRecord(failure: FailureRecord, { exemplars }: RunRecord): SignatureRecord {
    const { method, name, signature, example } = failure
    const named = exemplars.filter((each) => each.method === method && each.name === name)
    const same = named.filter((each) => each.outcome === 'failed' && each.signature === signature)
    // One may be kept by chance, and as the slowest, and as the first.
    const kept = eachOnce(example === null ? same : [example, ...same])
    const passing = eachOnce(named.filter(({ outcome }) => outcome !== 'failed'))
    const ofFailing = [...kept.map(linesOf), ...this.#linesOfFollowed(failure, kept)]
    const ofPassing = new Map(
      messagesOf(passing.map(linesOf)).map(({ level, message, count }) => [`${level} ${message}`, count]),
    )
    const messages = messagesOf(ofFailing)
      .toSorted((a, b) => b.count - a.count)
      .slice(0, 10)
      .map((each) => ({ ...each, passing: ofPassing.get(`${each.level} ${each.message}`) ?? 0 }))
    return {
      method,
      name,
      signature,
      kept: ofFailing.length,
      joined: ofFailing.filter((lines) => lines.length > 0).length,
      passing: passing.length,
      messages,
    }
  }

  #sourceRecord(source: Source): SourceRecord {
    const { name, lines, bytes, notes } = source
    const { joined, aheadMs } = this.#standing.get(source)!
    const ahead = aheadMs.toSorted((a, b) => a - b)[aheadMs.length >> 1]
    const skew =
      ahead === undefined || Math.abs(ahead) < SKEW_MS
        ? []
        : [
            `its clock is ${Math.round(Math.abs(ahead) / 1000)} s ${ahead > 0 ? 'ahead of' : 'behind'} this one's; lines are joined by id, not by time`,
          ]
    return {
      name,
      lines,
      bytes,
      joined,
      clockAheadMs: ahead === undefined ? null : Math.round(ahead),
      notes: [...notes, ...skew],
    }
  }
}

const AHEAD_SAMPLES = 101

function noteAhead(samples: number[], aheadMs: number): void {
  samples.push(aheadMs)
  if (samples.length > AHEAD_SAMPLES) samples.shift()
}

function keyOf({ method, name, signature }: Pick<CohortName, 'method' | 'name' | 'signature'>): string {
  return `${method} ${name} ${signature}`
}

function eachOnce(examples: readonly FailureExample[]): FailureExample[] {
  return [...new Map(examples.map((each) => [each.traceId || each, each])).values()]
}

function linesOf({ server }: FailureExample): readonly ServerLine[] {
  return server as readonly ServerLine[]
}

/** What was said of requests, and of how many. */
function messagesOf(
  ofEach: readonly (readonly ServerLine[])[],
): { level: string | null; message: string; count: number }[] {
  const counts = new Map<string, { level: string | null; message: string; count: number }>()
  for (const lines of ofEach) {
    const said = new Map(
      lines.map(({ level, message }) => {
        const masked = maskedMessage(message)
        return [`${level} ${masked}`, { level, message: masked }]
      }),
    )
    for (const [key, what] of said) counts.set(key, { ...what, count: (counts.get(key)?.count ?? 0) + 1 })
  }
  return [...counts.values()]
}
