/** What may stand in a `url`: a value, or a value with its name, `{ id }`. */
export type UrlValue =
  | string
  | number
  | bigint
  | boolean
  | Readonly<Record<string, string | number | bigint | boolean>>

/** A path and the name that reports group it by. */
export class Url {
  /** With its values, percent-encoded. */
  readonly path: string
  /** With `{id}` in the place of each value. */
  readonly name: string

  constructor(path: string, name: string) {
    this.path = path
    this.name = name
  }

  /** The path. */
  toString(): string {
    return this.path
  }
}

/**
 * A path by its template: requests to it are one row of the report, whatever the values. A value in braces of its own gives its name.
 *
 * ```ts
 * import { defineUser, url } from 'proctor'
 *
 * export const Visitor = defineUser({
 *   tasks: {
 *     student({ http, random }) {
 *       const id = random.integer(1, 9)
 *       return http.get(url`/students/${{ id }}`) // the row GET /students/{id}
 *     },
 *   },
 * })
 * ```
 *
 * Throws a `TypeError` where a value is none, or has several names.
 */
export function url(texts: TemplateStringsArray, ...values: readonly UrlValue[]): Url {
  let path = texts[0]!
  let name = path
  for (const [index, value] of values.entries()) {
    const [key, plain] = named(value)
    path += encodeURIComponent(String(plain)) + texts[index + 1]!
    name += `{${key}}${texts[index + 1]!}`
  }
  return new Url(path, name)
}

function named(value: UrlValue): readonly [name: string, value: unknown] {
  if (typeof value !== 'object') return ['', checked(value)]
  const [entry, another] = Object.entries(value ?? {})
  if (entry === undefined || another !== undefined)
    throw new TypeError('expected a value, or one with its name, as in url`/students/${{ id }}`')
  return [entry[0], checked(entry[1])]
}

function checked(value: unknown): unknown {
  if (['string', 'number', 'bigint', 'boolean'].includes(typeof value)) return value
  throw new TypeError(`expected text, a number or a boolean in url, got ${String(value)}`)
}
