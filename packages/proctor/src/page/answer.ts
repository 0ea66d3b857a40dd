import type { IncomingMessage, ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'

export const JSON_TYPE = 'application/json'
export const TEXT_TYPE = 'text/plain; charset=utf-8'

/** An answer that is more than JSON of what a handler made. */
export interface Answer {
  send(request: IncomingMessage, response: ServerResponse): void
}

/** A file to be saved, not looked at. */
export class Download implements Answer {
  readonly #name: string
  readonly #type: string
  readonly #content: string

  constructor(name: string, type: string, content: string) {
    this.#name = name
    this.#type = type
    this.#content = content
  }

  send(_: IncomingMessage, response: ServerResponse): void {
    response.setHeader('content-type', this.#type)
    response.setHeader('content-disposition', `attachment; filename="${this.#name}"`)
    response.end(this.#content)
  }
}

/** Text that nobody has to write again. */
export class Text implements Answer {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  send(_: IncomingMessage, response: ServerResponse): void {
    response.setHeader('content-type', TEXT_TYPE)
    response.end(this.#text)
  }
}

/** What lies there zipped, and goes out so. */
export class Zipped implements Answer {
  readonly #type: string
  readonly #zipped: Uint8Array

  constructor(type: string, zipped: Uint8Array) {
    this.#type = type
    this.#zipped = zipped
  }

  send(request: IncomingMessage, response: ServerResponse): void {
    const isZipped = takesZipped(request)
    response.setHeader('content-type', this.#type)
    if (isZipped) response.setHeader('content-encoding', 'gzip')
    response.end(isZipped ? this.#zipped : gunzipSync(this.#zipped))
  }
}

export function isAnswer(of: unknown): of is Answer {
  return typeof of === 'object' && of !== null && 'send' in of
}

export function takesZipped({ headers }: IncomingMessage): boolean {
  return /\bgzip\b/.test(String(headers['accept-encoding']))
}
