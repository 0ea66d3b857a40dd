/** Of how many that failed, and of how many that passed, something holds. */
export interface Contrast {
  readonly failing: number
  readonly ofFailing: number
  readonly passing: number
  readonly ofPassing: number
}

/**
 * How well a property tells failing from passing requests, −1 to 1: the share of those failing that have it, less the share of
 * those passing, each at the unfavourable end of its 95 % interval, so that few requests prove little. Source of the
 * interval: Wilson, 1927.
 */
export function separation({ failing, ofFailing, passing, ofPassing }: Contrast): number {
  if (ofFailing === 0 || ofPassing === 0) return 0
  return wilson(failing, ofFailing).low - wilson(passing, ofPassing).high
}

/** The 95 % interval of a share. */
export function wilson(part: number, whole: number): { low: number; high: number } {
  const share = part / whole
  const middle = share + Z2 / (2 * whole)
  const reach = Z * Math.sqrt((share * (1 - share)) / whole + Z2 / (4 * whole * whole))
  const scale = 1 + Z2 / whole
  return { low: Math.max(0, (middle - reach) / scale), high: Math.min(1, (middle + reach) / scale) }
}

const Z = 1.96
const Z2 = Z * Z
