import type { FailureExample } from '../evidence/failure.ts'
import { normalId } from './entry.ts'

const HEADER = /^(x-)?(request|correlation|trace|amzn-trace|amzn-request|b3-trace)-?id$|^traceparent$/i
const PROBLEM_FIELDS = ['traceId', 'trace_id', 'requestId', 'request_id', 'correlationId']

/** Under which ids the service may have spoken of a request: the one that was sent, and those that came back. */
export function idsOf({ traceId, response }: Pick<FailureExample, 'traceId' | 'response'>): string[] {
  const headers = response?.headers.flatMap(([name, value]) => (HEADER.test(name) ? [value] : [])) ?? []
  const ids = [traceId, ...headers, ...(response === null ? [] : idsInProblem(response.body))]
  return [...new Set(ids.map(idOfParent).filter((id) => id !== '' && id.length <= 128))]
}

function idsInProblem(body: string): string[] {
  if (!body.startsWith('{')) return []
  try {
    const fields = JSON.parse(body) as Record<string, unknown>
    return PROBLEM_FIELDS.flatMap((name) => (typeof fields[name] === 'string' ? [fields[name]] : []))
  } catch {
    return []
  }
}

function idOfParent(id: string): string {
  const [, traceId] = /^[\da-f]{2}-([\da-f]{32})-/.exec(id) ?? []
  return normalId(traceId ?? id)
}
