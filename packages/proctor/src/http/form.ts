import { randomUUID } from 'node:crypto'
import type { Credentials, Fields, FilePart } from './request-options.ts'

/** `a=1&b=2`, percent-encoded. Source: URL Standard, "application/x-www-form-urlencoded serializing". */
export function urlEncoded(fields: Fields): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().map((each) => [name, each] as const),
  )
  return new URLSearchParams(
    pairs.filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]),
  ).toString()
}

/** The path with the parameters behind those that it has. */
export function withQuery(path: string, query: Fields): string {
  const added = urlEncoded(query)
  if (added === '') return path
  return path + (path.includes('?') ? '&' : '?') + added
}

export interface Multipart {
  readonly content: Uint8Array
  readonly contentType: string
}

/** Source: RFC 7578; names as browsers write them: `"`, CR and LF percent-encoded. */
export function multipartOf(parts: Record<string, string | number | boolean | FilePart>): Multipart {
  const boundary = `proctor-${randomUUID()}`
  const pieces = Object.entries(parts).flatMap(([name, part]) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"`,
    ...(typeof part === 'object' ? fileOf(part) : [`\r\n\r\n${part}`]),
    '\r\n',
  ])
  const content = Buffer.concat(
    [...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece as string)),
  )
  return { content, contentType: `multipart/form-data; boundary=${boundary}` }
}

function fileOf({ content, filename = 'file', contentType = 'application/octet-stream' }: FilePart) {
  return [`; filename="${quoted(filename)}"\r\nContent-Type: ${contentType}\r\n\r\n`, content]
}

function quoted(name: string): string {
  return name.replaceAll(/["\r\n]/g, (char) => encodeURIComponent(char))
}

/** The headers with `Authorization`, unless that is among them. */
export function withAuth(headers: Record<string, string> = {}, auth?: Credentials): Record<string, string> {
  return auth === undefined ? headers : { Authorization: authorization(auth), ...headers }
}

/** The value of `Authorization`. Source: RFC 7617 and RFC 6750. */
function authorization(auth: Credentials): string {
  if ('token' in auth) return `Bearer ${auth.token}`
  return `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}`
}
