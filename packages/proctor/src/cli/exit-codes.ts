import type { RunEnd } from '../run/run.ts'

/** What the process says as it leaves; where several hold, the first of this order: 130, 2, 4, 3, 1. */
export const EXIT = {
  /** The run held: no failure, no exception, no threshold missed. */
  held: 0,
  /** Requests failed, the scenario threw or aborted, or a threshold was missed. */
  failed: 1,
  /** Wrong usage, or a scenario that does not load. */
  usage: 2,
  /** The load generator was the bottleneck: the run says nothing about the service. */
  void: 3,
  /** Proctor itself failed. */
  internal: 4,
  /** Stopped by Ctrl-C or SIGTERM; all that was measured is reported. */
  interrupted: 130,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** The order of the tests is the order in which codes outweigh each other. */
export function exitCodeOf({ state, record }: RunEnd): ExitCode {
  if (state === 'stopped') return EXIT.interrupted
  if (state === 'crashed') return EXIT.internal
  if (record.generator.verdict === 'void') return EXIT.void
  const isMissed = record.thresholds.some((threshold) => threshold.state === 'missed')
  if (record.abortReason !== null) return EXIT.failed
  return isMissed || record.total.failures > 0 || record.exceptions.length > 0 ? EXIT.failed : EXIT.held
}
