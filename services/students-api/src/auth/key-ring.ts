import type { Clock } from '../clock.ts'
import { hasSecret, type ApiKey, type ApiKeyStore } from './api-key.ts'

const freshMs = 1000

/** The keys as they were at most a second ago: that long one works on after it was revoked. */
export class KeyRing {
  readonly #store: ApiKeyStore
  readonly #clock: Clock
  #keys = new Map<string, ApiKey>()
  #staleAtMs = -Infinity
  #refreshing: Promise<void> | undefined

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

  /** Once for all who ask meanwhile. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#read().finally(() => (this.#refreshing = undefined))
    return this.#refreshing
  }

  /** The key of a token that is right and not revoked. */
  find(token: string): ApiKey | undefined {
    const [id = '', secret = ''] = token.split('.')
    const key = this.#keys.get(id)
    return key && hasSecret(key, secret) && key.revokedAt === undefined ? key : undefined
  }

  async #read(): Promise<void> {
    // The second counts from the question: what is revoked while the answer is on its way isn't in it.
    const askedMs = this.#clock.elapsedMs()
    this.#keys = new Map((await this.#store.all()).map((key) => [key.id, key]))
    this.#staleAtMs = askedMs + freshMs
  }
}
