import { Random } from '../../src/scenario/random.ts'

/** Durations in milliseconds, 1 µs to 60 s, as services under load give them. */
export type Distribution = (random: Random) => number

export const distributions: Record<string, Distribution> = {
  uniform: (random) => within(random.float(0.001, 60_000)),
  exponential: (random) => within(-40 * Math.log(1 - random.fraction())),
  'log-normal': (random) => within(12 * Math.exp(1.2 * random.normal())),
  bimodal: (random) =>
    within(random.chance(0.7) ? 0.02 + 0.01 * random.fraction() : 30_000 + 50 * random.normal()),
  'heavy-tailed': (random) => within(0.5 / (1 - random.fraction()) ** (1 / 0.7)),
}

export function durations(distribution: Distribution, count: number, seed: number): number[] {
  const random = new Random(seed, `${count}`)
  return Array.from({ length: count }, () => distribution(random))
}

function within(ms: number): number {
  return Math.min(Math.max(ms, 0.001), 60_000)
}
