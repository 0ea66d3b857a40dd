import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import { headerValues, HttpResponse, KEPT_BODY_BYTES } from './response.ts'
import { TransportError } from './transport-error.ts'

/** What `compressed` asks for. */
export const ACCEPT_ENCODING = 'gzip, deflate, br, zstd'

/** The most that a body may come to: some bytes can be made to stand for gigabytes. */
export const MAX_DECODED_BYTES = 32 * 1024 * 1024

type Decode = (bytes: Uint8Array, options: { maxOutputLength: number }) => Buffer

const DECODERS: Readonly<Record<string, Decode>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflate,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
}

/** Codings upon codings are a way to make a bomb of a bomb. */
const MAX_CODINGS = 2

/** An answer whose body came compressed; `wireBytes` is how long it came. */
export class DecodedResponse extends HttpResponse {
  readonly #wireBytes: number

  constructor(coded: HttpResponse, { buffer, byteOffset, length }: Uint8Array) {
    const kept = Buffer.from(buffer, byteOffset, length).toString('latin1', 0, KEPT_BODY_BYTES)
    super(coded.status, coded.head, kept, length, coded.durationMs)
    this.#wireBytes = coded.bodyBytes
  }

  override get wireBytes(): number {
    return this.#wireBytes
  }
}

/** The answer with its body decoded; itself, where its coding is none that is known. Throws a `TransportError`. */
export function decoded(response: HttpResponse): HttpResponse {
  const codings = headerValues(response.head, 'content-encoding')
    .flatMap((value) => value.toLowerCase().split(','))
    .map((coding) => coding.trim())
    .filter((coding) => coding !== 'identity' && coding !== '')
  if (response.bodyBytes === 0 || !codings.every((coding) => coding in DECODERS) || codings.length === 0)
    return response
  if (codings.length > MAX_CODINGS) throw new TransportError('bad-encoding', codings.join(', ').slice(0, 80))
  if (response.bodyBytes > KEPT_BODY_BYTES) throw tooLarge()
  return new DecodedResponse(response, codings.reduceRight<Uint8Array>(decode, response.body))
}

function decode(bytes: Uint8Array, coding: string): Buffer {
  try {
    return DECODERS[coding]!(bytes, { maxOutputLength: MAX_DECODED_BYTES })
  } catch (error) {
    const { code, message } = error as Error & { code?: string }
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge()
    throw new TransportError('bad-encoding', `${coding}: ${message}`)
  }
}

/** Some servers leave out the wrapping of zlib. */
function inflate(bytes: Uint8Array, options: { maxOutputLength: number }): Buffer {
  const isWrapped = (bytes[0]! & 15) === 8
  return isWrapped ? inflateSync(bytes, options) : inflateRawSync(bytes, options)
}

function tooLarge(): TransportError {
  return new TransportError('body-too-large', `${MAX_DECODED_BYTES / 2 ** 20} MiB decoded`)
}
