import { scopes, type ApiKey } from '../auth/api-key.ts'
import { instantOf } from './instant.ts'

export function toApiKey(row: Readonly<Record<string, unknown>>): ApiKey {
  const granted = new Set(String(row['scopes']).split(','))
  return {
    id: String(row['id']),
    name: String(row['name']),
    scopes: scopes.filter((scope) => granted.has(scope)),
    secretHash: String(row['secret_hash']),
    createdAt: instantOf(row['created_at']),
    revokedAt: row['revoked_at'] === null ? undefined : instantOf(row['revoked_at']),
  }
}
