import type { Steps } from '../failing.ts'

/** A stretch of time in which requests failed. */
export interface Stretch {
  readonly fromMs: number
  readonly toMs: number
  readonly failing: number
  /** Within it; what `edges` passed in its first and last step may have done so outside. */
  readonly passing: number
  readonly edges: number
}

/** Runs of steps in which requests failed; where for a few none passed between them they are one. */
export function stretchesOf(all: Steps): Stretch[] {
  const { steps } = all
  const bounds: [from: number, to: number][] = []
  let passed = Infinity
  for (let at = 0; at < steps.length; at++) {
    const { failing, passing } = steps[at]!
    if (failing === 0) passed += passing
    else {
      if (passed > 0) bounds.push([at, at + 1])
      else bounds.at(-1)![1] = at + 1
      passed = 0
    }
  }
  return bounds.map((each) => stretchOf(all, each))
}

type Bounds = readonly [from: number, to: number]

/** How much longer the pauses between bursts are than those within them. */
const APART = 3
const LEAST_BURSTS = 3

/** Where some pass within them: runs of failures between which the pauses are by far longer than within. */
export function burstsOf(all: Steps): Stretch[] {
  const at = all.steps.flatMap(({ failing }, step) => (failing > 0 ? [step] : []))
  const pauses = at.slice(1).map((step, index) => step - at[index]!)
  const longest = pauses.toSorted((a, b) => b - a)
  const jumps = longest.slice(LEAST_BURSTS - 2, -1).map((pause, index) => ({
    pause,
    times: pause / longest[index + LEAST_BURSTS - 1]!,
  }))
  const [jump] = jumps.toSorted((a, b) => b.times - a.times)
  if (jump === undefined || jump.times < APART) return []
  const begins = [0, ...pauses.flatMap((pause, index) => (pause >= jump.pause ? [index + 1] : []))]
  return begins.map((begin, index) => {
    return stretchOf(all, [at[begin]!, at[(begins[index + 1] ?? at.length) - 1]! + 1])
  })
}

function stretchOf({ stepMs, steps }: Steps, [from, to]: Bounds): Stretch {
  let [failing, passing] = [0, 0]
  for (let at = from; at < to; at++) {
    failing += steps[at]!.failing
    passing += steps[at]!.passing
  }
  const edges = steps[from]!.passing + (to - from > 1 ? steps[to - 1]!.passing : 0)
  return { fromMs: from * stepMs, toMs: to * stepMs, failing, passing: passing - edges, edges }
}

const TOLD = 6

/** `0.6–0.9, 1.5–1.8`, in seconds; of many the first. */
export function spansOf(stretches: readonly Stretch[]): string {
  const words = stretches.map(
    ({ fromMs, toMs }) => `${(fromMs / 1_000).toFixed(1)}–${(toMs / 1_000).toFixed(1)}`,
  )
  return `${words.slice(0, TOLD).join(', ')}${words.length > TOLD ? ', …' : ''}`
}
