/** Headers whose values never leave the worker that saw them. */
const SECRET_HEADER =
  /^(authorization|proxy-authorization|cookie|set-cookie)$|api-?key|token|secret|password/i

/** Fields of a body or a query likewise. */
const SECRET_FIELD = /api-?_?key|token|secret|passw|credential|\bpin\b|card/i

export const REDACTED = '[redacted]'

/** The headers with the values of secret ones masked. */
export function redactHeaders(headers: readonly [string, string][]): [string, string][] {
  return headers.map(([name, value]) => [name, SECRET_HEADER.test(name) ? REDACTED : value])
}

export function isSecretName(name: string): boolean {
  return SECRET_FIELD.test(name)
}
