import type { Claim, Explanation } from '../explanation.ts'
import type { Failing } from '../failing.ts'
import { contrastWords, duration } from '../words.ts'
import { spansOf, type Stretch, stretchesOf } from './stretches.ts'

/** From the first failure to the last. */
interface Whole {
  /** When the first request of the name began. */
  readonly beganMs: number
  readonly fromMs: number
  readonly toMs: number
  /** Of the load. */
  readonly endMs: number
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
    passing,
    score: failing.separation(failing.count, passing),
  }
}

function claim(
  failing: Failing,
  stretch: Whole,
  parts: Omit<Claim, 'score' | 'evidence'> & { penalty: number },
): Claim {
  const { penalty, ...rest } = parts
  return {
    ...rest,
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
      cause: `all within the first ${duration(toMs - beganMs)}; then it passed`,
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
      cause: `all after ${duration(fromMs)}, and from then on to the end`,
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
    cause: `all between ${duration(fromMs)} and ${duration(toMs)}; it passed before and after`,
    recommendation: `Look at the service's log from ${clockTime(failing, fromMs)} on: a pause, a failover, a job that ran then.`,
  })
}

/** Where one stretch says less, there may be several. */
const AGAIN = 0.35
const MOST_WINDOWS = 12
const LEAST_IN_WINDOW = 3

function againAndAgain(failing: Failing): Claim | undefined {
  const { stepMs, steps } = failing.steps
  const windows = stretchesOf(failing.steps)
  if (windows.length < 2 || windows.length > MOST_WINDOWS) return undefined
  if (windows.some((each) => each.failing < LEAST_IN_WINDOW || each.failing < 4 * each.passing))
    return undefined
  const lengthMs = windows.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  if (lengthMs > 0.5 * steps.length * stepMs) return undefined
  const passing = windows.reduce((sum, each) => sum + each.passing + each.edges / 2, 0)
  return {
    score: failing.separation(failing.count, Math.min(failing.passed, passing)) - 0.1,
    key: spansOf(windows.slice(0, 1)),
    cause: `all within ${windows.length} stretches of time, ${every(windows, stepMs)}and it passed between them`,
    evidence: [
      `At ${spansOf(windows)} s of the run: ${contrastWords(failing.contrast(failing.count, Math.round(passing)))}.`,
    ],
    recommendation: `Look at the service's log at ${clockTime(failing, windows[0]!.fromMs)} and at the others: what runs then, in it or beside it.`,
  }
}

/** `every 20 s, ` where they come at even distances. */
function every(windows: readonly Stretch[], stepMs: number): string {
  const gaps = windows.slice(1).map(({ fromMs }, index) => fromMs - windows[index]!.fromMs)
  const [least, most] = [Math.min(...gaps), Math.max(...gaps)]
  if (gaps.length < 2 || most > 1.15 * least + stepMs) return ''
  return `every ${duration((least + most) / 2)} or so, `
}

export function clockTime({ record }: Failing, elapsedMs: number): string {
  return new Date(Date.parse(record.startedAt) + elapsedMs).toISOString().slice(11, 19)
}
