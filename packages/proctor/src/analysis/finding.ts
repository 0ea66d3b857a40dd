/** How much a run proves of what a finding says. A wrong certainty is worse than none: where rivals remain it is lower. */
export type Certainty = 'certain' | 'likely' | 'possible'

/** `failure` says why requests failed; `warning` what to be careful with; `note` what the run says beside. */
export type Severity = 'failure' | 'warning' | 'note'

/** One thing that a run says, in the user's terms: a sentence, what speaks for it, what else it might be, what to do. */
export interface Finding {
  /** Stable from version to version: `repeated-input`, `unexplained`, `rate`, … */
  readonly id: string
  readonly severity: Severity
  /** One sentence. */
  readonly title: string
  /** Of all failures of the run, how many this explains. */
  readonly explains?: { readonly failures: number; readonly of: number }
  /** Which failures it is about: `POST /students 409 E-mail already in use`. */
  readonly about?: readonly string[]
  readonly certainty: Certainty
  /** A sentence each, the strongest first. */
  readonly evidence: readonly string[]
  /** What it was weighed against. */
  readonly rivals: readonly Rival[]
  /** What to do about it, one or two sentences; `null` where nothing has to be done. */
  readonly recommendation: string | null
}

/** Another explanation of the same, and why it is not the one. */
export interface Rival {
  readonly id: string
  readonly why: string
}
