/** Bounds of what leaves and comes in bulk. */
export interface BulkLimits {
  /** Of one import. */
  bytes: number
  /** Of one import. */
  rows: number
  /** Under way at once, of one process: what they hold of memory, and of the database's time. */
  imports: number
  /** A client that for so long neither sends nor takes anything is cut off. */
  idleMs: number
}

export const bulkLimits: BulkLimits = { bytes: 64 * 1024 * 1024, rows: 250_000, imports: 4, idleMs: 30_000 }
