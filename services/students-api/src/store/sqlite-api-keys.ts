import type { DatabaseSync } from 'node:sqlite'
import type { ApiKey, ApiKeyStore } from '../auth/api-key.ts'
import { toApiKey } from './api-key-row.ts'
import { openDatabase } from './database.ts'

/** API keys in the students' SQLite file, by a connection of their own. */
export class SqliteApiKeys implements ApiKeyStore, Disposable {
  readonly #db: DatabaseSync

  /** @throws {DatabaseUnusable} */
  constructor(path: string) {
    this.#db = openDatabase(path)
  }

  async all(): Promise<ApiKey[]> {
    return this.#db.prepare('SELECT * FROM api_keys ORDER BY created_at, id').all().map(toApiKey)
  }

  async add({ id, name, scopes: granted, secretHash, createdAt }: ApiKey): Promise<void> {
    this.#db
      .prepare('INSERT INTO api_keys (id, name, scopes, secret_hash, created_at) VALUES (?, ?, ?, ?, ?)')
      .run(id, name, granted.join(','), secretHash, createdAt)
  }

  async revoke(id: string, now: Date): Promise<boolean> {
    const update = 'UPDATE api_keys SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?'
    return this.#db.prepare(update).run(now.toISOString(), id).changes > 0
  }

  [Symbol.dispose](): void {
    this.#db.close()
  }
}
