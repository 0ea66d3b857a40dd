/** Bounds of what leaves and comes in bulk. */
export interface BulkLimits {
  /** Of one import. */
  bytes: number
  /** Of one import. */
  rows: number
  /** A client that for so long neither sends nor takes anything is cut off. */
  idleMs: number
}

export const bulkLimits: BulkLimits = { bytes: 64 * 1024 * 1024, rows: 250_000, idleMs: 30_000 }
