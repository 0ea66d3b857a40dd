import type { Exchange } from '../http/exchange.ts'

type Times = Pick<Exchange, 'startedAt' | 'endedAt'>

/** Sums over requests, in milliseconds; they add up over seconds and workers. */
export interface FlightSums {
  /** The number of requests in flight, integrated over time. */
  readonly inFlightMs: number
  /** Of that, before the write: while a connection was opened. Right as soon as nothing is in flight. */
  readonly connectingMs: number
  /** Of that, by requests which the end of the run interrupted. */
  readonly interruptedMs: number
}

export const NO_FLIGHT: FlightSums = { inFlightMs: 0, connectingMs: 0, interruptedMs: 0 }

export function addFlight(one: FlightSums, other: FlightSums): FlightSums {
  return {
    inFlightMs: one.inFlightMs + other.inFlightMs,
    connectingMs: one.connectingMs + other.connectingMs,
    interruptedMs: one.interruptedMs + other.interruptedMs,
  }
}

/**
 * The number of requests in flight, as an area over time: each change adds what was before it. A timer that looked now
 * and then would miss just the time in which it is blocked.
 */
export class Flight {
  #inFlight = 0
  #changedAt = 0
  #inFlightMs = 0
  #connectingMs = 0
  #interruptedMs = 0

  get inFlight(): number {
    return this.#inFlight
  }

  started(now: number): void {
    this.#change(now, 1)
    // What is added again when it has ended is the reading at the write: the difference is what the connection took.
    this.#connectingMs -= now
  }

  ended({ startedAt, endedAt }: Times): void {
    this.#change(endedAt, -1)
    this.#connectingMs += startedAt
  }

  interrupted(exchange: Times): void {
    this.ended(exchange)
    this.#interruptedMs += exchange.endedAt - exchange.startedAt
  }

  /** Since this was asked last. */
  take(now: number): FlightSums {
    this.#change(now, 0)
    const sums = {
      inFlightMs: this.#inFlightMs,
      connectingMs: this.#connectingMs,
      interruptedMs: this.#interruptedMs,
    }
    this.#inFlightMs = this.#connectingMs = this.#interruptedMs = 0
    return sums
  }

  #change(now: number, by: number): void {
    this.#inFlightMs += this.#inFlight * (now - this.#changedAt)
    this.#changedAt = now
    this.#inFlight += by
  }
}
