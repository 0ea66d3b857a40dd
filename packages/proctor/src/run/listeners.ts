import type { RunListener } from './run.ts'

/** Tells each of them, in their order, what there is to tell. */
export function together(...listeners: readonly RunListener[]): Required<RunListener> {
  return {
    started: (...told) => listeners.forEach((listener) => listener.started?.(...told)),
    told: (...told) => listeners.forEach((listener) => listener.told?.(...told)),
    second: (...told) => listeners.forEach((listener) => listener.second?.(...told)),
    aborting: (...told) => listeners.forEach((listener) => listener.aborting?.(...told)),
    abandoned: (...told) => listeners.forEach((listener) => listener.abandoned?.(...told)),
    steered: (...told) => listeners.forEach((listener) => listener.steered?.(...told)),
    reset: (...told) => listeners.forEach((listener) => listener.reset?.(...told)),
    silent: (...told) => listeners.forEach((listener) => listener.silent?.(...told)),
    noAnswer: (...told) => listeners.forEach((listener) => listener.noAnswer?.(...told)),
    output: (...told) => listeners.forEach((listener) => listener.output?.(...told)),
  }
}
