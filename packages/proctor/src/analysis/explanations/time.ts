import type { Claim, Explanation } from '../explanation.ts'
import type { Failing } from '../failing.ts'
import { contrastWords, duration, grouped } from '../words.ts'
import { burstsOf, spansOf, type Stretch, stretchesOf } from './stretches.ts'

/** From the first failure to the last. */
interface Whole {
  /** When the first request of the name began. */
  readonly beganMs: number
  readonly fromMs: number
  readonly toMs: number
  /** Of the load. */
  readonly endMs: number
  readonly failing: number
  readonly passing: number
  readonly score: number
}

/** From the first failure to the last. */
export function stretchOf(failing: Failing): Whole {
  const { stepMs, steps } = failing.steps
  const first = steps.findIndex((step) => step.failing > 0)
  const last = steps.findLastIndex((step) => step.failing > 0)
  // In the steps at both ends those that passed may have done so before the first failure, or after the last.
  const inside = steps.slice(first + 1, last).reduce((sum, { passing }) => sum + passing, 0)
  const edges = first === last ? 0 : (steps[first]!.passing + steps[last]!.passing) / 2
  const passing = Math.min(failing.passed, inside + edges)
  return {
    beganMs: steps.findIndex((step) => step.failing + step.passing > 0) * stepMs,
    fromMs: first * stepMs,
    toMs: (last + 1) * stepMs,
    endMs: steps.length * stepMs,
    failing: failing.count,
    passing,
    score: failing.separation(failing.count, passing),
  }
}

/** From the first of all to the last. */
function wholeOf(stretches: readonly Whole[]): Whole {
  return stretches.reduce((one, other) => ({
    beganMs: Math.min(one.beganMs, other.beganMs),
    fromMs: Math.min(one.fromMs, other.fromMs),
    toMs: Math.max(one.toMs, other.toMs),
    endMs: Math.max(one.endMs, other.endMs),
    failing: one.failing + other.failing,
    passing: one.passing + other.passing,
    score: Math.min(one.score, other.score),
  }))
}

function claim(
  failing: Failing,
  stretch: Whole,
  parts: Omit<Claim, 'score' | 'evidence' | 'cause'> & {
    readonly penalty: number
    readonly words: (stretch: Whole) => string
  },
): Claim {
  const { penalty, words, ...rest } = parts
  return {
    ...rest,
    cause: words(stretch),
    causeOfAll: (failures) => words(wholeOf(failures.map(stretchOf))),
    score: stretch.score - penalty,
    evidence: [`Within it: ${contrastWords(failing.contrast(failing.count, Math.round(stretch.passing)))}.`],
  }
}

/** Only the first requests fail: the service is not warm yet. */
export const warmUp: Explanation = {
  id: 'warm-up',
  tells: 'when',
  claim(failing) {
    const stretch = stretchOf(failing)
    const { beganMs, fromMs, toMs, endMs } = stretch
    if (fromMs > beganMs + 0.05 * endMs || toMs - beganMs > 0.5 * (endMs - beganMs)) return undefined
    return claim(failing, stretch, {
      penalty: 0.05,
      words: (all) => `all within the first ${duration(all.toMs - all.beganMs)}; then it passed`,
      recommendation:
        'Let the service be ready before it takes requests (a readiness check), or warm it up before the load.',
    })
  },
}

/** It passes until a point in time, and fails from then on. */
export const sinceThen: Explanation = {
  id: 'after-a-point',
  tells: 'when',
  claim(failing) {
    const stretch = stretchOf(failing)
    const { fromMs, toMs, endMs } = stretch
    if (toMs < 0.9 * endMs || fromMs < stretch.beganMs + 0.1 * endMs) return undefined
    return claim(failing, stretch, {
      penalty: 0.1,
      key: String(Math.round(fromMs / 500)),
      words: (all) => `all after ${duration(all.fromMs)}, and from then on to the end`,
      recommendation: `Look at what happened to the service at ${clockTime(failing, fromMs)}: a deployment, a disk that is full, a limit reached, a dependency gone.`,
    })
  },
}

/** It fails for a while, once or again and again, with success before, between and after. */
export const forAWhile: Explanation = {
  id: 'for-a-while',
  tells: 'when',
  claim(failing) {
    const claims = [once(failing), againAndAgain(failing)].filter((each) => each !== undefined)
    return claims.toSorted((a, b) => b.score - a.score)[0]
  },
}

function once(failing: Failing): Claim | undefined {
  const stretch = stretchOf(failing)
  const { beganMs, fromMs, toMs, endMs } = stretch
  const isInside = toMs < 0.95 * endMs && fromMs > beganMs + 0.05 * endMs
  if (!isInside || toMs - fromMs > 0.7 * (endMs - beganMs) || stretch.score < AGAIN) return undefined
  return claim(failing, stretch, {
    penalty: 0.1,
    key: String(Math.round(fromMs / 500)),
    words: (all) => {
      const among = all.passing >= 0.1 * all.failing ? ', while others passed' : ''
      return `all between ${duration(all.fromMs)} and ${duration(all.toMs)}${among}; it passed before and after`
    },
    recommendation: `Look at the service's log from ${clockTime(failing, fromMs)} on: a pause, a failover, a job that ran then.`,
  })
}

/** Where one stretch says less, there may be several. */
const AGAIN = 0.35
const MOST_WINDOWS = 12
const LEAST_IN_WINDOW = 3
const LEAST_IN_BURST = 5
/** So many may have failed at other times. */
const MOST_OUTSIDE = 0.1

function againAndAgain(failing: Failing): Claim | undefined {
  const windows = windowsOf(failing)
  const [first, last] = [windows[0], windows.at(-1)]
  if (first === undefined || last === undefined) return undefined
  const inside = countIn(windows)
  const passing = windows.reduce((sum, each) => sum + each.passing + each.edges / 2, 0)
  return {
    score: failing.separation(inside, Math.min(failing.passed, passing)) - 0.1,
    key: [windows.length, Math.round(first.fromMs / 500), Math.round(last.fromMs / 500)].join(' '),
    cause: againWords([failing]),
    causeOfAll: againWords,
    evidence: [
      `At ${spansOf(windows)} s of the run: ${contrastWords(failing.contrast(inside, Math.round(passing)))}.`,
    ],
    recommendation: `Look at the service's log at ${clockTime(failing, first.fromMs)} and at the others: what runs then, in it or beside it.`,
  }
}

/** Those in which nearly all that failed did; none where there are not several. */
function windowsOf({ steps: all, count }: Failing): Stretch[] {
  const solid = stretchesOf(all).filter(({ failing, passing }) => {
    return failing >= LEAST_IN_WINDOW && failing >= 4 * passing
  })
  const bursts = burstsOf(all).filter((each) => each.failing >= LEAST_IN_BURST)
  return (
    [solid, bursts].find((windows) => {
      const lengthMs = windows.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
      const isShort = lengthMs <= 0.5 * all.steps.length * all.stepMs
      const isMost = countIn(windows) >= (1 - MOST_OUTSIDE) * count
      return windows.length >= 2 && windows.length <= MOST_WINDOWS && isShort && isMost
    }) ?? []
  )
}

function countIn(windows: readonly Stretch[]): number {
  return windows.reduce((sum, { failing }) => sum + failing, 0)
}

function againWords(failures: readonly Failing[]): string {
  const windows = windowsOf(failures[0]!)
  const inside = failures.reduce((sum, each) => sum + countIn(windowsOf(each)), 0)
  const count = failures.reduce((sum, each) => sum + each.count, 0)
  const those = inside === count ? 'all' : `${grouped(inside)} of ${grouped(count)}`
  return `${those} within ${windows.length} stretches of time, ${every(windows, failures[0]!.steps.stepMs)}and ${inside === count ? 'it passed' : 'nearly all passed'} between them`
}

/** `every 20 s, ` where they come at even distances. */
function every(windows: readonly Stretch[], stepMs: number): string {
  const gaps = windows.slice(1).map(({ fromMs }, index) => fromMs - windows[index]!.fromMs)
  const [least, most] = [Math.min(...gaps), Math.max(...gaps)]
  if (gaps.length < 2 || most > 1.15 * least + stepMs) return ''
  return `every ${duration(Number(((least + most) / 2).toPrecision(2)))} or so, `
}

export function clockTime({ record }: Failing, elapsedMs: number): string {
  return new Date(Date.parse(record.startedAt) + elapsedMs).toISOString().slice(11, 19)
}
