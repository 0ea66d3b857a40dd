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
export function stretchesOf({ stepMs, steps }: Steps): Stretch[] {
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
  return bounds.map(([from, to]) => {
    let [failing, passing] = [0, 0]
    for (let at = from; at < to; at++) {
      failing += steps[at]!.failing
      passing += steps[at]!.passing
    }
    const edges = steps[from]!.passing + (to - from > 1 ? steps[to - 1]!.passing : 0)
    return { fromMs: from * stepMs, toMs: to * stepMs, failing, passing: passing - edges, edges }
  })
}

const TOLD = 6

/** `0.6–0.9, 1.5–1.8`, in seconds; of many the first. */
export function spansOf(stretches: readonly Stretch[]): string {
  const words = stretches.map(
    ({ fromMs, toMs }) => `${(fromMs / 1_000).toFixed(1)}–${(toMs / 1_000).toFixed(1)}`,
  )
  return `${words.slice(0, TOLD).join(', ')}${words.length > TOLD ? ', …' : ''}`
}
