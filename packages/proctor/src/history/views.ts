import type { DatabaseSync, StatementSync } from 'node:sqlite'

/**
 * What was made of a run to be shown, in parts, so that it need not be made again. `edition` is what was known of the run
 * then, `maker` who made it.
 */
export const VIEW_TABLE = `
CREATE TABLE IF NOT EXISTS view (
  run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
  part TEXT NOT NULL,
  maker TEXT NOT NULL,
  edition TEXT NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (run_id, part)
) STRICT`

/** Grows while a run goes on, and changes for the last time when it ends. */
const EDITION = 'CAST(coalesce(state, told_at) AS TEXT)'

/** What somebody made of a kept run: each part by its name. */
export interface View {
  readonly maker: string
  readonly edition: string
  readonly parts: ReadonlyMap<string, Uint8Array>
}

/** The views of runs that are kept beside them; their transactions and errors are the history's. */
export class Views {
  readonly #edition: StatementSync
  readonly #statements:
    | { readonly part: StatementSync; readonly forget: StatementSync; readonly add: StatementSync }
    | undefined

  constructor(database: DatabaseSync) {
    this.#edition = database.prepare(`SELECT ${EDITION} AS edition FROM run WHERE run_id = ?`)
    // A file that may only be read can be older than the table.
    const isThere = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'view'").get() !== undefined
    if (!isThere) return
    this.#statements = {
      part: database.prepare(
        `SELECT content FROM view JOIN run USING (run_id)
         WHERE run_id = ? AND part = ? AND maker = ? AND edition = ${EDITION}`,
      ),
      forget: database.prepare('DELETE FROM view WHERE run_id = ?'),
      add: database.prepare(
        'INSERT INTO view (run_id, part, maker, edition, content) VALUES (?, ?, ?, ?, ?)',
      ),
    }
  }

  editionOf(runId: string): string | undefined {
    return this.#edition.get(runId)?.['edition'] as string | undefined
  }

  part(runId: string, part: string, maker: string): Uint8Array | undefined {
    return this.#statements?.part.get(runId, part, maker)?.['content'] as Uint8Array | undefined
  }

  /** Takes the place of what was there. */
  keep(runId: string, { maker, edition, parts }: View): void {
    this.#statements?.forget.run(runId)
    for (const [part, content] of parts) this.#statements?.add.run(runId, part, maker, edition, content)
  }
}
