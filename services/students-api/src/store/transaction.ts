import type { DatabaseSync } from 'node:sqlite'

/**
 * Runs `work` in one transaction: its result once committed, or its error and nothing changed.
 * COMMIT is a statement of its own, so that a failing one is seen: after RETURNING, `node:sqlite` commits in a reset
 * whose error it drops. IMMEDIATE takes the write lock at once, where the busy timeout applies; a lock upgraded midway fails instead.
 */
export function inTransaction<Result>(db: DatabaseSync, work: () => Result): Result {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    // A full disk, among others, has already rolled back.
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
