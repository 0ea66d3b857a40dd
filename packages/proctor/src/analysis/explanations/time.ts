import type { Claim, Explanation } from '../explanation.ts'
import type { Failing } from '../failing.ts'
import { contrastWords, duration } from '../words.ts'

/** A stretch of time. */
interface Stretch {
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
export function stretchOf(failing: Failing): Stretch {
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
  stretch: Stretch,
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
  const windows = windowsOf(steps)
  if (windows.length < 2 || windows.length > MOST_WINDOWS) return undefined
  if (windows.some((each) => each.failing < LEAST_IN_WINDOW || each.failing < 4 * each.passing))
    return undefined
  const length = windows.reduce((sum, { from, to }) => sum + to - from, 0)
  if (length > 0.5 * steps.length) return undefined
  const passing = windows.reduce((sum, each) => sum + each.passing + each.edges / 2, 0)
  const words = windows.map(({ from, to }) => `${seconds(from * stepMs)}–${seconds(to * stepMs)}`)
  return {
    score: failing.separation(failing.count, Math.min(failing.passed, passing)) - 0.1,
    key: words[0]!,
    cause: `all within ${windows.length} stretches of time, ${every(windows, stepMs)}and it passed between them`,
    evidence: [
      `At ${words.slice(0, 6).join(', ')}${words.length > 6 ? ', …' : ''} s of the run: ${contrastWords(failing.contrast(failing.count, Math.round(passing)))}.`,
    ],
    recommendation: `Look at the service's log at ${clockTime(failing, windows[0]!.from * stepMs)} and at the others: what runs then, in it or beside it.`,
  }
}

interface FailingWindow {
  /** In steps; what `edges` passed in the first and the last of them may have done so outside. */
  readonly from: number
  readonly to: number
  readonly failing: number
  readonly passing: number
  readonly edges: number
}

/** Runs of steps in which requests failed; where for a few none passed between them they are one. */
function windowsOf(steps: readonly { failing: number; passing: number }[]): FailingWindow[] {
  const bounds: [from: number, to: number][] = []
  let passed = Infinity
  for (const [at, { failing, passing }] of steps.entries()) {
    if (failing === 0) passed += passing
    else {
      if (passed > 0) bounds.push([at, at + 1])
      else bounds.at(-1)![1] = at + 1
      passed = 0
    }
  }
  return bounds.map(([from, to]) => {
    const inside = steps.slice(from, to)
    const sum = (of: typeof inside, what: 'failing' | 'passing') =>
      of.reduce((all, each) => all + each[what], 0)
    const edges = sum(inside.slice(0, 1), 'passing') + sum(inside.slice(1).slice(-1), 'passing')
    return { from, to, failing: sum(inside, 'failing'), passing: sum(inside, 'passing') - edges, edges }
  })
}

/** `every 20 s, ` where they come at even distances. */
function every(windows: readonly FailingWindow[], stepMs: number): string {
  const gaps = windows.slice(1).map(({ from }, index) => (from - windows[index]!.from) * stepMs)
  const [least, most] = [Math.min(...gaps), Math.max(...gaps)]
  if (gaps.length < 2 || most > 1.15 * least + stepMs) return ''
  return `every ${duration((least + most) / 2)} or so, `
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1)
}

export function clockTime({ record }: Failing, elapsedMs: number): string {
  return new Date(Date.parse(record.startedAt) + elapsedMs).toISOString().slice(11, 19)
}
