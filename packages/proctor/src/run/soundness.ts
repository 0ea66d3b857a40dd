import type { Load } from '../engine/plan.ts'
import type { LittlesLaw } from './littles-law.ts'
import type { Timeline } from './timeline.ts'
import type { GeneratorSecond } from './timeline-second.ts'

export type Verdict = 'valid' | 'suspect' | 'void'

/** Whether a run says something of the service, or of the generator that made its load. */
export interface Soundness {
  readonly verdict: Verdict | 'unknown'
  /** Each with what to do about it, the gravest first. */
  readonly reasons: readonly string[]
  readonly signals: readonly SignalRecord[]
  /** Once the run is over; `null` where nothing was asked, too, and where the run was cut off. */
  readonly littlesLaw: LittlesLaw | null
}

/** What became of one signal. */
export interface SignalRecord {
  readonly signal: keyof GeneratorSecond
  readonly unit: Unit
  readonly verdict: Verdict
  /** Of the worst second; `null` where the system doesn't tell, or nothing happened that could be measured. */
  readonly worst: number | null
  /** How long it stood at the limit or over it: seconds. */
  readonly suspectSeconds: number
  readonly voidSeconds: number
}

type Unit = 'share' | 'ms'

interface Signal {
  readonly name: keyof GeneratorSecond
  readonly unit: Unit
  readonly suspect: number
  readonly void: number
  /** Where the limits are also this share of p99, if that is more: what is small beside the figures does not spoil them. */
  readonly ofP99?: Readonly<Record<'suspect' | 'void', number>>
  /** The sentence up to how long it was so; `limit` with its unit. */
  readonly what: (limit: string) => string
  /** Whether the machine had no time for the generator: what follows from that is not the generator's to mend. */
  readonly isOfMachine?: true
  readonly next: string
  /** Users that never think ask for all that the generator has to give; what it has not is no defect of such a run. */
  readonly nextWithoutThinking?: string
}

const AS_MUCH_AS_CAN_BE =
  'without think time this is the most that so many --threads ask for; the service may take more'

/** Causes before what follows from them. */
const SIGNALS: readonly Signal[] = [
  {
    name: 'stealShare',
    unit: 'share',
    suspect: 0.01,
    void: 0.05,
    what: (limit) => `this machine's host gave ${limit} of its time or more to others`,
    isOfMachine: true,
    next: 'run on a machine of your own, or when its host is quiet',
  },
  {
    name: 'coreWaitShare',
    unit: 'share',
    // One in four is what a loop that is busy for three in four can lose.
    suspect: 0.05,
    void: 0.25,
    what: (limit) => `a worker was without a core for ${limit} of the time or more`,
    isOfMachine: true,
    next: 'stop what else runs here, use fewer --threads, or load the service from another machine',
  },
  {
    name: 'gcShare',
    unit: 'share',
    // To turn the event loop while an arrival is near leaves up to 0.03 of garbage by itself.
    suspect: 0.05,
    void: 0.1,
    what: (limit) => `a worker collected garbage for ${limit} of the time or more`,
    next: 'let the tasks allocate and keep less',
    nextWithoutThinking: AS_MUCH_AS_CAN_BE,
  },
  {
    name: 'loopDelayP99Ms',
    unit: 'ms',
    suspect: 5,
    void: 20,
    what: (limit) => `a worker's event loop was ${limit} late or more at p99`,
    next: 'keep long computations and synchronous calls out of the tasks, or ask for less',
  },
  {
    name: 'eventLoopUtilization',
    unit: 'share',
    suspect: 0.6,
    void: 0.75,
    what: (limit) => `a worker was busy for ${limit} of the time or more`,
    next: 'raise --threads, or ask for less',
    nextWithoutThinking: AS_MUCH_AS_CAN_BE,
  },
  {
    name: 'slipP99Ms',
    unit: 'ms',
    suspect: 5,
    void: 20,
    ofP99: { suspect: 0.05, void: 0.2 },
    what: (limit) => `arrivals began ${limit} late or more at p99`,
    next: 'raise --threads, or ask for less',
  },
  {
    name: 'shortfallShare',
    unit: 'share',
    suspect: 0.005,
    void: 0.01,
    what: (limit) => `${limit} of the arrivals that were due, or more, did not begin`,
    next: 'raise --threads, or ask for less',
  },
]

/** The first second is that of the compiler and of new connections. */
const FROM_MS = 1_000
/** Fewer bad seconds than these, or a smaller share of the run, change no figure by much. */
const LEAST_SECONDS = 3
const SUSPECT_SHARE = 0.05
const VOID_SHARE = 0.2
/** Share of requests that failed by the generator's own fault. */
const VOID_FAILURES = 0.001
const MOST_DEVIATION = 0.02

/** Follows the generator through a run. */
export class SoundnessWatch {
  readonly #thinks: boolean
  readonly #signals = SIGNALS.map((signal) => new WatchedSignal(signal))
  #fromMs = FROM_MS
  #judgedMs = 0

  /** `thinks`: whether any user waits between its tasks. */
  constructor(load: Load, thinks: boolean) {
    this.#thinks = load.kind === 'open' || thinks
  }

  /** Another whole second of the load is in the timeline. */
  second(timeline: Timeline): void {
    const { elapsedMs, generator } = timeline.seconds.at(-1)!
    const lengthMs = elapsedMs - this.#fromMs
    if (lengthMs <= 0) return
    this.#fromMs = elapsedMs
    this.#judgedMs += lengthMs
    const p99Ms = timeline.total.all().percentileMs(0.99) ?? 0
    for (const signal of this.#signals) signal.second(generator, lengthMs, p99Ms)
  }

  /** As things stand; `law` once the run is over. */
  standing(timeline: Timeline, law: LittlesLaw | null = null): Soundness {
    const signals = this.#signals.map((signal) => signal.record(this.#judgedMs, this.#thinks))
    const ofMachine = SIGNALS.find(({ isOfMachine }, i) => isOfMachine && signals[i]!.verdict !== 'valid')
    const reasons = [
      ...exhaustions(timeline),
      ...contradictions(law),
      ...this.#signals.flatMap((signal) => signal.reason(this.#judgedMs, this.#thinks, ofMachine) ?? []),
    ].toSorted((one, other) => VERDICTS.indexOf(one.verdict) - VERDICTS.indexOf(other.verdict))
    const worst = reasons[0]?.verdict
    if (worst === undefined && toSeconds(this.#judgedMs) < LEAST_SECONDS) {
      return { verdict: 'unknown', reasons: [TOO_SHORT], signals, littlesLaw: law }
    }
    return { verdict: worst ?? 'valid', reasons: reasons.map(({ words }) => words), signals, littlesLaw: law }
  }
}

/** The gravest first. */
const VERDICTS: readonly Verdict[] = ['void', 'suspect', 'valid']
const TOO_SHORT = `the load lasted under ${LEAST_SECONDS + 1} s: too short to judge the generator by`

interface Reason {
  readonly verdict: Verdict
  readonly words: string
}

/** One signal, followed through a run. */
class WatchedSignal {
  readonly #signal: Signal
  #worst: number | null = null
  #suspectMs = 0
  #voidMs = 0

  constructor(signal: Signal) {
    this.#signal = signal
  }

  second(generator: GeneratorSecond, lengthMs: number, p99Ms: number): void {
    const { name, ofP99 } = this.#signal
    const value = generator[name]
    if (value === null) return
    this.#worst = Math.max(this.#worst ?? 0, value)
    const limit = (of: 'suspect' | 'void'): number => Math.max(this.#signal[of], (ofP99?.[of] ?? 0) * p99Ms)
    if (value >= limit('suspect')) this.#suspectMs += lengthMs
    if (value >= limit('void')) this.#voidMs += lengthMs
  }

  record(judgedMs: number, thinks: boolean): SignalRecord {
    const { name, unit } = this.#signal
    return {
      signal: name,
      unit,
      verdict: this.#verdict(judgedMs, thinks),
      worst: this.#worst,
      suspectSeconds: toSeconds(this.#suspectMs),
      voidSeconds: toSeconds(this.#voidMs),
    }
  }

  /** `ofMachine`: what of the machine speaks against the run. */
  reason(judgedMs: number, thinks: boolean, ofMachine: Signal | undefined): Reason | undefined {
    const verdict = this.#verdict(judgedMs, thinks)
    if (verdict === 'valid') return undefined
    const { what, unit, next, nextWithoutThinking, isOfMachine } = this.#signal
    const lastedMs = verdict === 'void' ? this.#voidMs : this.#suspectMs
    const lasted = `${toSeconds(lastedMs)} of ${toSeconds(judgedMs)} seconds`
    const seen = `${what(inUnit(this.#signal[verdict], unit))} in ${lasted} (${inUnit(this.#worst!, unit)} at worst)`
    if (ofMachine !== undefined && !isOfMachine) {
      return { verdict, words: `${seen}, while the machine was short of time: ${ofMachine.next}` }
    }
    return { verdict, words: `${seen}: ${thinks ? next : (nextWithoutThinking ?? next)}` }
  }

  #verdict(judgedMs: number, thinks: boolean): Verdict {
    const lasted = (ms: number, share: number): boolean =>
      toSeconds(ms) >= LEAST_SECONDS && ms >= share * judgedMs
    const mayVoid = thinks || this.#signal.nextWithoutThinking === undefined
    if (mayVoid && lasted(this.#voidMs, VOID_SHARE)) return 'void'
    return lasted(this.#suspectMs, SUSPECT_SHARE) ? 'suspect' : 'valid'
  }
}

/** Requests that failed for want of something of this machine's. */
function exhaustions({ counts: { outOfPorts, outOfFiles }, total }: Timeline): Reason[] {
  const reason = (count: number, lacking: string, next: string): Reason[] => {
    if (count === 0) return []
    const verdict = count >= VOID_FAILURES * total.count ? 'void' : 'suspect'
    return [{ verdict, words: `${count} of ${total.count} requests failed for want of ${lacking}: ${next}` }]
  }
  return [
    ...reason(
      outOfPorts,
      'a free local port',
      'let the service keep connections open, use fewer users, or several addresses of the service',
    ),
    ...reason(outOfFiles, 'a file that may be opened', 'raise `ulimit -n`, or use fewer users'),
  ]
}

/** Figures that deny each other are no fault of the machine's. */
function contradictions(law: LittlesLaw | null): Reason[] {
  if (law === null || law.deviation <= MOST_DEVIATION) return []
  const { meanInFlight, rateTimesTime } = law
  return [
    {
      verdict: 'void',
      words:
        `${meanInFlight.toPrecision(4)} requests were in flight on average, and the rate times the mean time is ` +
        `${rateTimesTime.toPrecision(4)}: this is a defect of Proctor's; please report it with the --json-file`,
    },
  ]
}

function toSeconds(ms: number): number {
  return Math.round(ms / 1000)
}

function inUnit(value: number, unit: Unit): string {
  return unit === 'ms' ? `${Number(value.toPrecision(3))} ms` : `${Number((100 * value).toPrecision(2))} %`
}
