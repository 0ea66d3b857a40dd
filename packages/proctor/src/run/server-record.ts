/** One thing that the service itself said: a line of its log, with the stack below it, or a span. Secrets are masked. */
export interface ServerLine {
  /** By the service's clock; `null` where it didn't say. */
  readonly at: string | null
  /** `warn`, `error`, …, in small letters; `null` where it didn't say. */
  readonly level: string | null
  /** What it says, in few words. */
  readonly message: string
  /** As it came, up to 8 KiB. */
  readonly text: string
  /** Which of the sources said it. */
  readonly source: string
}

/** What the service said of a run. */
export interface ServerRecord {
  readonly sources: readonly SourceRecord[]
  /** What was said at level warn and above, of whichever request or none, the most first. */
  readonly messages: readonly MessageRecord[]
  /** What was said of failing requests, by what came. */
  readonly signatures: readonly SignatureRecord[]
}

export interface SourceRecord {
  readonly name: string
  readonly lines: number
  readonly bytes: number
  /** Lines that tell of a request which is kept in this record. */
  readonly joined: number
  /** By how much the service's clock is ahead of this one, roughly: lines come a little later than they were written. */
  readonly clockAheadMs: number | null
  /** What went wrong, in words. */
  readonly notes: readonly string[]
}

export interface MessageRecord {
  readonly level: string | null
  /** Numbers, ids and quoted values are masked: the same for all. */
  readonly message: string
  readonly count: number
  readonly firstSeen: string
  readonly lastSeen: string
}

export interface SignatureRecord {
  readonly method: string
  readonly name: string
  readonly signature: string
  /** Failing requests of which was looked for what the service said, up to 1,000, and those of which it said something. */
  readonly kept: number
  readonly joined: number
  /** Requests of the same name that were kept whole and passed. */
  readonly passing: number
  /** `count` is of the failing requests of which it was said; `passing` of those that passed. */
  readonly messages: readonly {
    readonly level: string | null
    readonly message: string
    readonly count: number
    readonly passing: number
  }[]
}
