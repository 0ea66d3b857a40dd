/** What the system tells of the thread that makes the load, within a stretch of time. */
export interface ThreadVitals {
  /** In callbacks of the event loop, not waiting for events. */
  readonly activeMs: number
  /** Collecting garbage. */
  readonly gcMs: number
  /** Ready to run, without a core to run on; `null` where the system doesn't tell. */
  readonly coreWaitMs: number | null
  /** Share of the machine's time that its host gave to others, 0–1; `null` where the system doesn't tell. */
  readonly stealShare: number | null
}

export interface ThreadProbe {
  /** Since this was asked last. */
  take(): ThreadVitals
}
