/** Headers whose values never leave the worker that saw them. */
const SECRET_HEADER =
  /^(authorization|proxy-authorization|cookie|set-cookie)$|api-?key|token|secret|password/i

const REDACTED = '[redacted]'

/** The headers with the values of secret ones masked. */
export function redactHeaders(headers: readonly [string, string][]): [string, string][] {
  return headers.map(([name, value]) => [name, SECRET_HEADER.test(name) ? REDACTED : value])
}
