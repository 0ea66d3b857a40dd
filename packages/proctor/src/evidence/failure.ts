import { STATUS_CODES } from 'node:http'
import type { Exchange } from '../http/exchange.ts'
import { type Phases, phasesOf } from '../http/phases.ts'
import { isInPieces } from '../http/request.ts'
import { headerLines, type HttpResponse } from '../http/response.ts'
import { traceIdOf } from '../http/trace.ts'
import type { TransportError } from '../http/transport-error.ts'
import { saidBy } from './message.ts'
import { redactHeaders } from './redaction.ts'

/** Failures that look the same, by one of them. */
export interface Failure {
  readonly method: string
  readonly name: string
  /** What failed, in words that are the same for all: `409 The e-mail is taken`, `connection-refused: …`. */
  readonly signature: string
  readonly example: FailureExample | null
}

/** One failing request, whole: secret headers masked, bodies as text, up to 64 KiB of each. */
export interface FailureExample {
  readonly request: { method: string; url: string; headers: [string, string][]; body: string }
  /** `null` when no whole answer came. */
  readonly response: { status: number; headers: [string, string][]; body: string } | null
  /** Where its time went: only the phases that it had a part in. */
  readonly phases: Phases
  readonly traceId: string
  /** What the service logged about it. */
  readonly server: readonly unknown[]
}

const KEPT_TEXT_BYTES = 64 * 1024

/** What failures of this answer are grouped by: its status, and what the service said, the particulars masked. */
export function signatureOfAnswer(response: HttpResponse): string {
  return `${response.status} ${saidBy(response) ?? STATUS_CODES[response.status] ?? 'unknown status'}`
}

/** Without the local port of a connection that failed: each has another. */
export function signatureOfError(error: TransportError): string {
  return `${error.code}: ${error.message.replace(/ - Local \([^)]*\)/, '')}`
}

export function failureExample(
  exchange: Exchange,
  response: HttpResponse | null,
  keptBytes = KEPT_TEXT_BYTES,
): FailureExample {
  return {
    request: {
      method: exchange.method,
      url: exchange.origin.origin + exchange.target,
      headers: redactHeaders(headerLines(exchange.head)),
      body: excerpt(exchange.body ?? '', keptBytes),
    },
    response: response && {
      status: response.status,
      headers: redactHeaders(headerLines(response.head)),
      body: excerpt(response.body, keptBytes),
    },
    phases: phasesOf(exchange),
    traceId: traceIdOf(exchange.head),
    server: [],
  }
}

function excerpt(body: NonNullable<Exchange['body']>, keptBytes: number): string {
  if (typeof body === 'object' && isInPieces(body)) return '(sent in pieces)'
  const bytes =
    typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  return bytes.toString('utf8', 0, keptBytes)
}
