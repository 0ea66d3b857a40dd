import type { IncomingHttpHeaders } from 'node:http'
import type { Random } from '../../src/scenario/random.ts'

/** One request, as a service in the laboratory sees it. */
export interface Asked {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** Of a JSON body. */
  readonly body: Readonly<Record<string, string | number | null | undefined>>
  readonly bytes: number
  /** Since the first request of the run. */
  readonly elapsedMs: number
  /** How many are under way in the service, this one included. */
  readonly inFlight: number
  /** Which of the service's it came over, from 1. */
  readonly connection: number
  /** Since the connection's request before was answered; 0 for its first. */
  readonly idleMs: number
  /** Which of the connection it is, from 1. */
  readonly use: number
}

export interface Answer {
  readonly status?: number
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly afterMs?: number
  /** Instead of an answer: the connection is reset; half of the answer comes; no HTTP comes; nothing ever comes. */
  readonly instead?: 'reset' | 'half' | 'garbage' | 'silence'
}

/** What goes wrong in a service: `undefined` lets the request pass. */
export type Misbehaviour = (asked: Asked) => Answer | undefined

/** What a fault may turn while the run goes on. */
export interface Bench {
  /** Nothing listens for so long, and every connection breaks. */
  readonly away: (ms: number) => void
}

export interface FaultInPlace {
  readonly misbehave: Misbehaviour
  /** In place of those of `SCENARIO`, by name: the code of a task function. */
  readonly tasks?: Readonly<Record<string, string>>
  /** Milliseconds that users think, from and to. */
  readonly thinkMs?: readonly [number, number]
  /** Called once, when the first request came. */
  readonly begin?: (bench: Bench) => void
  readonly flags?: readonly string[]
}

/** Something that goes wrong. What it is called stays with the judge. */
export interface Fault {
  /** Ids of findings that name it rightly. */
  readonly truth: readonly string[]
  /** Its parameters follow from the random choices: each seed is another case. */
  place(random: Random): FaultInPlace
}

export function problem(status: number, title: string, more: Answer = {}): Answer {
  return {
    status,
    body: JSON.stringify({ title }),
    headers: { 'content-type': 'application/problem+json' },
    ...more,
  }
}
