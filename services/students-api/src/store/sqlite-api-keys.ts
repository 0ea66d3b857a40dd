import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { scopes, type ApiKey, type ApiKeyStore } from '../auth/api-key.ts'
import { openDatabase } from './database.ts'

/** API keys in the students' SQLite file, by a connection of their own. */
export class SqliteApiKeys implements ApiKeyStore, Disposable {
  readonly #db: DatabaseSync

  /** @throws {DatabaseUnusable} */
  constructor(path: string) {
    this.#db = openDatabase(path)
  }

  async all(): Promise<ApiKey[]> {
    return this.#db.prepare('SELECT * FROM api_keys ORDER BY created_at, id').all().map(keyOf)
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

function keyOf(row: Record<string, SQLOutputValue>): ApiKey {
  const granted = new Set(String(row['scopes']).split(','))
  return {
    id: String(row['id']),
    name: String(row['name']),
    scopes: scopes.filter((scope) => granted.has(scope)),
    secretHash: String(row['secret_hash']),
    createdAt: String(row['created_at']),
    revokedAt: row['revoked_at'] === null ? undefined : String(row['revoked_at']),
  }
}
