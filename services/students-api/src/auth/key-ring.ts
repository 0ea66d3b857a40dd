import type { Clock } from '../clock.ts'
import { hasSecret, type ApiKey, type ApiKeyStore } from './api-key.ts'

const freshMs = 1000

/** The keys as they were at most a second ago: that long one works on after it was revoked. */
export class KeyRing {
  readonly #store: ApiKeyStore
  readonly #clock: Clock
  #keys = new Map<string, ApiKey>()
  #staleAtMs = -Infinity

  constructor(store: ApiKeyStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  get isFresh(): boolean {
    return this.#clock.elapsedMs() < this.#staleAtMs
  }

  /** No key was ever made. Revoking the last one doesn't open the service. */
  get isEmpty(): boolean {
    return this.#keys.size === 0
  }

  async refresh(): Promise<void> {
    this.#keys = new Map((await this.#store.all()).map((key) => [key.id, key]))
    this.#staleAtMs = this.#clock.elapsedMs() + freshMs
  }

  /** The key of a token that is right and not revoked. */
  find(token: string): ApiKey | undefined {
    const [id = '', secret = ''] = token.split('.')
    const key = this.#keys.get(id)
    return key && hasSecret(key, secret) && key.revokedAt === undefined ? key : undefined
  }
}
