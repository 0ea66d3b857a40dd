import { hash, randomBytes, timingSafeEqual } from 'node:crypto'

export const scopes = ['read', 'write', 'admin'] as const
/** `admin` may do all that the others may; `write` may not read. */
export type Scope = (typeof scopes)[number]

export interface ApiKey {
  /** Public: it names the key in lists, and is the principal of what is done with it. */
  id: string
  name: string
  scopes: readonly Scope[]
  /** SHA-256 of the secret, hexadecimal. The secret has 256 random bits, so that no slower hash would protect it better. */
  secretHash: string
  createdAt: string
  revokedAt: string | undefined
}

/** Where keys are kept. */
export interface ApiKeyStore {
  /** The revoked ones, too. */
  all(): Promise<ApiKey[]>
  add(key: ApiKey): Promise<void>
  /** Whether there is a key of this id. */
  revoke(id: string, now: Date): Promise<boolean>
}

/** A new key, and the token that is shown once and kept nowhere. */
export function newApiKey(
  name: string,
  granted: readonly Scope[],
  now: Date,
): { key: ApiKey; token: string } {
  const id = randomBytes(6).toString('hex')
  const secret = randomBytes(32).toString('base64url')
  const createdAt = now.toISOString()
  const key = { id, name, scopes: granted, secretHash: hashOf(secret), createdAt, revokedAt: undefined }
  return { key, token: `${id}.${secret}` }
}

/** Compares in a time that tells nothing of the hash. */
export function hasSecret({ secretHash }: ApiKey, secret: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(secret)), Buffer.from(secretHash))
}

function hashOf(secret: string): string {
  return hash('sha256', secret, 'hex')
}
