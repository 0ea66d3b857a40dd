/** Names whose values never leave the worker that saw them: of headers, query parameters, fields of a body or of a log. */
const SECRET_NAME = new RegExp(
  [
    /^(proxy-)?authorization$|^(set-)?cookie$/,
    /api[-_.]?key|access[-_.]?key|private[-_.]?key|session[-_.]?id/,
    /token|secret|passw|passphrase|passcode|credential|card|\bpin\b/,
    // Too short, or too usual within other words, to be looked for anywhere.
    /(^|[-_.])(pass|pwd|otp|totp|cvv2?|cvc2?|jwt|bearer|sig|signature|ssn|iban|sid)$/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
)

export const REDACTED = '[redacted]'

/** The headers with the values of secret ones masked. */
export function redactHeaders(headers: readonly [string, string][]): [string, string][] {
  return headers.map(([name, value]) => [name, isSecretName(name) ? REDACTED : value])
}

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name)
}

/** A name and the sign behind it, as in `name: value`, `"name": "value"`, `name=value`: JSON, logfmt, queries, forms. */
const NAME = /([A-Za-z_@][\w.@[\]-]{0,63})\\?["']?\s{0,8}[:=]\s{0,8}/g
/** The value, in quotes (also escaped ones, of JSON within JSON; also without an end) or without. */
const VALUE = /\\"(?:[^"\\]|\\[^"])*(?:\\")?|"(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s"'&,;}\])]+/y
/** The whole of what stands behind it, whatever that consists of. */
const WHOLE_LINE =
  /\b((?:set-)?cookie|(?:proxy-)?authorization)(\\?["']?\s*[:=]\s*)(\\"(?:[^"\\]|\\[^"])*\\"|"(?:[^"\\]|\\.)*"?|'[^']*'|[^\r\n"]+)/gi
/** What stands behind the word is the secret, whatever the name before. */
const SCHEME = /\b(Bearer|Basic|Digest|Negotiate)\s+[\w.~+/=-]{4,}/gi
/** Secrets that show what they are: a JSON web token (RFC 7519), the id of an AWS key. */
const TELLTALE = /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g

/** Masks what is secret by its name; `more` are names beside those that everybody keeps secret, whatever their case. */
export class Redaction {
  readonly #more: ReadonlySet<string>
  readonly #names = new Map<string, string>()

  constructor(more: readonly string[] = []) {
    this.#more = new Set(more.map(folded))
  }

  isSecret(name: string): boolean {
    return isSecretName(name) || (this.#more.size > 0 && this.#more.has(folded(name)))
  }

  headers(headers: readonly [string, string][]): [string, string][] {
    return headers.map(([name, value]) => [name, this.isSecret(name) ? REDACTED : this.text(value)])
  }

  /** JSON by its fields, whatever they hold; anything else, and JSON that was cut, as text. */
  body(text: string): string {
    const value = /^\s*[[{]/.test(text) ? parsed(text) : undefined
    if (value === undefined) return this.text(text)
    const masked = this.#masked(value)
    return masked === value ? text : JSON.stringify(masked)
  }

  /** Any text in which names stand before values. */
  text(text: string): string {
    const known = text
      .replace(WHOLE_LINE, maskLine)
      .replace(SCHEME, `$1 ${REDACTED}`)
      .replace(TELLTALE, REDACTED)
    let masked = ''
    let from = 0
    NAME.lastIndex = 0
    for (let found = NAME.exec(known); found !== null; found = NAME.exec(known)) {
      VALUE.lastIndex = NAME.lastIndex
      const value = this.isSecret(found[1]!) ? VALUE.exec(known)?.[0] : undefined
      if (value === undefined || known.startsWith(REDACTED, VALUE.lastIndex - value.length)) continue
      masked += known.slice(from, VALUE.lastIndex - value.length) + maskOf(value)
      from = NAME.lastIndex = VALUE.lastIndex
    }
    return masked + known.slice(from)
  }

  /** What requests are grouped by: a path may come with its query. */
  name(name: string): string {
    if (!name.includes('=')) return name
    const known = this.#names.get(name)
    if (known !== undefined) return known
    const masked = this.text(name)
    if (this.#names.size < MOST_NAMES) this.#names.set(name, masked)
    return masked
  }

  /** The value itself where nothing in it is secret. */
  #masked(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value)
    if (Array.isArray(value)) {
      const masked = value.map((each) => this.#masked(each))
      return masked.every((each, index) => each === value[index]) ? value : masked
    }
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).map(([name, each]): [string, unknown, unknown] => {
      return [name, each, this.isSecret(name) && each !== null ? REDACTED : this.#masked(each)]
    })
    if (entries.every(([, before, after]) => before === after)) return value
    return Object.fromEntries(entries.map(([name, , after]) => [name, after]))
  }
}

const MOST_NAMES = 2_000

function maskLine(_: string, name: string, sign: string, value: string): string {
  return name + sign + maskOf(value)
}

/** In the quotes that the value had. */
function maskOf(value: string): string {
  const [quote = ''] = /^\\?["']/.exec(value) ?? []
  return quote + REDACTED + quote
}

function folded(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]/g, '')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
