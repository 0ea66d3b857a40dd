import type { SpreadRecord } from '../../evidence/case-file.ts'
import type { Measure } from '../../evidence/cohort.ts'
import type { Failing } from '../failing.ts'

/** The share of those in the octave of a value or above it. */
export function shareFrom(value: number, { octaves }: SpreadRecord): number {
  const all = octaves.reduce((sum, [, count]) => sum + count, 0)
  const from = Math.max(0, Math.floor(Math.log2(value)) + 1)
  const above = octaves.reduce((sum, [octave, count]) => sum + (octave >= from ? count : 0), 0)
  return all === 0 ? 0 : above / all
}

/** Where the octave begins in which the middle one lies. */
export function middleOf({ octaves }: SpreadRecord): number {
  const all = octaves.reduce((sum, [, count]) => sum + count, 0)
  let before = 0
  for (const [octave, count] of octaves) {
    before += count
    if (before >= all / 2) return octave === 0 ? 0 : 2 ** (octave - 1)
  }
  return 0
}

/** A value of a measure from which on most fail, and how well it tells them apart. */
export interface Threshold {
  readonly threshold: number
  readonly failing: number
  readonly passing: number
  readonly score: number
}

/** Of the beginnings of octaves the one that tells failing from passing best. */
export function bestThreshold(failing: Failing, measure: Measure): Threshold {
  const { failing: inFailing, passing: inPassing } = failing.measure(measure)
  const all = inFailing.octaves.map(([octave]) => {
    const [a, b] = [countFrom(octave, inFailing), countFrom(octave, inPassing)]
    return {
      threshold: 2 ** Math.max(0, octave - 1),
      failing: a,
      passing: b,
      score: failing.separation(a, b),
    }
  })
  return all.toSorted((a, b) => b.score - a.score)[0] ?? { threshold: 0, failing: 0, passing: 0, score: 0 }
}

function countFrom(octave: number, { octaves }: SpreadRecord): number {
  return octaves.reduce((sum, [at, count]) => sum + (at >= octave ? count : 0), 0)
}
