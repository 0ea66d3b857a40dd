import type { CpuTime } from './cpu-time.ts'

/** One look at a running client: its CPU time, and what the target has counted. */
export interface Reading extends CpuTime {
  readonly atMs: number
  readonly requests: number
}

/** What a client cost between two readings. Microseconds are of one core, per request. */
export interface Measurement {
  readonly cpuMicroseconds: number
  readonly userMicroseconds: number
  readonly systemMicroseconds: number
  readonly requestsPerSecond: number
  /** The fraction of the window in which the client was on its core. */
  readonly busy: number
  readonly requests: number
  readonly windowMs: number
}

export function measure(start: Reading, end: Reading): Measurement {
  const windowMs = end.atMs - start.atMs
  const requests = end.requests - start.requests
  const userMs = end.userMs - start.userMs
  const systemMs = end.systemMs - start.systemMs
  const perRequest = (ms: number): number => (ms * 1000) / requests
  return {
    cpuMicroseconds: perRequest(userMs + systemMs),
    userMicroseconds: perRequest(userMs),
    systemMicroseconds: perRequest(systemMs),
    requestsPerSecond: (requests * 1000) / windowMs,
    busy: (userMs + systemMs) / windowMs,
    requests,
    windowMs,
  }
}
