import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import type { Clock } from '../clock/clock.ts'

/** All addresses of a host name. */
export type Resolve = (host: string) => Promise<LookupAddress[]>

interface Known {
  readonly addresses: Promise<LookupAddress[]>
  readonly until: number
  /** How many connections have been given them. */
  given: number
}

/** The system doesn't say for how long an answer holds. */
const KEPT_MS = 60_000
/** A scenario that asks ever other hosts is not kept whole. */
const MAX_HOSTS = 1_000

/** Asks the system, as `getaddrinfo` does: hosts file first, then DNS. */
const askSystem: Resolve = (host) => lookup(host, { all: true })

/**
 * The addresses of host names, asked for once a minute, whoever connects; connections begin with each in turn. Failures are
 * not kept.
 */
export class Resolver {
  readonly #clock: Clock
  readonly #resolve: Resolve
  readonly #known = new Map<string, Known>()

  constructor(clock: Clock, resolve: Resolve = askSystem) {
    this.#clock = clock
    this.#resolve = resolve
  }

  /** For a socket's `lookup`. */
  readonly lookup: LookupFunction = (host, { all }, callback) => {
    const found = (addresses: LookupAddress[]): void => {
      if (all === true) callback(null, addresses)
      else callback(null, addresses[0]!.address, addresses[0]!.family)
    }
    const failed = (error: NodeJS.ErrnoException): void => callback(error, all === true ? [] : '')
    this.#next(host).then(found, failed)
  }

  /** The addresses, another of them first each time. */
  async #next(host: string): Promise<LookupAddress[]> {
    const known = this.#knownOf(host)
    const addresses = await known.addresses
    const first = known.given++ % addresses.length
    return [...addresses.slice(first), ...addresses.slice(0, first)]
  }

  #knownOf(host: string): Known {
    const now = this.#clock.now()
    const known = this.#known.get(host)
    if (known !== undefined && known.until > now) return known
    if (this.#known.size >= MAX_HOSTS) this.#known.clear()
    const fresh = { addresses: this.#resolve(host), until: now + KEPT_MS, given: known?.given ?? 0 }
    this.#known.set(host, fresh)
    fresh.addresses.catch(() => this.#known.delete(host))
    return fresh
  }
}
