import type { HttpResponse } from '../http/response.ts'

/** So far an answer is read for what it says: every failing one is. */
const READ_BYTES = 4_096
const LONGEST = 100

/**
 * What a failing answer says, in words that are the same for all its like: title of a problem document (RFC 9457), message
 * of a JSON body, title of an HTML page, a short text. Numbers, ids and quoted values are masked. `undefined` where it
 * says nothing.
 */
export function saidBy(response: HttpResponse): string | undefined {
  if (response.bodyBytes === 0) return undefined
  const begun = response.beginning(READ_BYTES)
  const kind = KINDS.find(({ type }) => type.test(response.head))
  const said = kind === undefined ? anyText(begun, response.bodyBytes) : kind.read(begun)
  const masked = said === undefined ? '' : mask(said)
  return masked === '' ? undefined : masked
}

const KINDS: readonly { readonly type: RegExp; readonly read: (body: string) => string | undefined }[] = [
  {
    type: /^content-type: *application\/problem\+json/im,
    read: (body) => jsonText(body, ['title', 'detail', 'type']),
  },
  {
    type: /^content-type: *[\w.+/-]*json/im,
    read: (body) =>
      jsonText(body, ['message', 'error_description', 'error', 'detail', 'title', 'reason', 'code']),
  },
  { type: /^content-type: *text\/html/im, read: htmlTitle },
]

/** The text of the first of these keys; the body may be cut off behind it. */
function jsonText(body: string, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const [, text] = new RegExp(`"${key}"\\s*:\\s*"((?:[^"\\\\]|\\\\.)+)"`).exec(body) ?? []
    if (text !== undefined) return text.replaceAll(/\\(.)/g, '$1')
  }
  return undefined
}

function htmlTitle(body: string): string | undefined {
  const [, text] = /<title[^>]*>([^<]+)/i.exec(body) ?? /<h1[^>]*>([^<]+)/i.exec(body) ?? []
  return text
}

function anyText(body: string, bytes: number): string | undefined {
  return bytes <= 200 && !/[<{[]/.test(body) ? body : undefined
}

const PARTICULARS: readonly [RegExp, string][] = [
  [/[\p{Cc}\p{Cf}\s]+/gu, ' '],
  [/'[^']*'|"[^"]*"|`[^`]*`/g, '…'],
  [/\S+@\S+/g, '…'],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '…'],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, '…'],
  [/\d+(?:[.,:]\d+)*/g, '…'],
]

/** Without what differs from one to the next. */
export function mask(text: string): string {
  const masked = PARTICULARS.reduce((so, [pattern, by]) => so.replaceAll(pattern, by), text).trim()
  return masked.length > LONGEST ? `${masked.slice(0, LONGEST - 1)}…` : masked
}
