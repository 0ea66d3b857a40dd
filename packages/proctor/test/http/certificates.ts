import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'

/** A certificate and its key in PEM, and who may sign with it. */
export interface Certified {
  readonly cert: string
  readonly key: string
  readonly name: string
  readonly privateKey: KeyObject
}

export interface CertificateWish {
  readonly name: string
  /** Signs itself unless given. */
  readonly issuer?: Certified
  readonly isAuthority?: boolean
  /** Names and addresses that it is good for. */
  readonly hosts?: readonly string[]
  /** Days from now. */
  readonly validFrom?: number
  readonly validTo?: number
}

/** An X.509 certificate of version 3 on P-256. Source: RFC 5280, 4.1; written here, since node:crypto signs none. */
export function certificate({
  name,
  issuer,
  isAuthority = false,
  hosts = [],
  validFrom = -1,
  validTo = 1,
}: CertificateWish): Certified {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const usage = [extension(BASIC_CONSTRAINTS, sequence(...(isAuthority ? [boolean(true)] : [])))]
  const names = hosts.length === 0 ? [] : [extension(ALTERNATIVE_NAMES, sequence(...hosts.map(hostName)))]
  const body = sequence(
    tagged(0, integer(Buffer.of(2))),
    integer(randomBytes(15)),
    ECDSA_WITH_SHA256,
    distinguished(issuer?.name ?? name),
    sequence(day(validFrom), day(validTo)),
    distinguished(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...usage, ...names)),
  )
  const signature = sign('sha256', body, issuer?.privateKey ?? privateKey)
  const whole = sequence(body, ECDSA_WITH_SHA256, der(0x03, Buffer.of(0), signature))
  const lines = whole
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n')
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    name,
    privateKey,
  }
}

function der(tag: number, ...contents: Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  if (length < 128) return Buffer.concat([Buffer.of(tag, length), content])
  const digits = length < 256 ? [length] : [length >> 8, length & 255]
  return Buffer.concat([Buffer.of(tag, 128 + digits.length, ...digits), content])
}

const sequence = (...contents: Uint8Array[]): Buffer => der(0x30, ...contents)
const tagged = (tag: number, content: Uint8Array): Buffer => der(0xa0 + tag, content)
const boolean = (value: boolean): Buffer => der(0x01, Buffer.of(value ? 255 : 0))
/** Positive: its first byte is below 128. */
const integer = (bytes: Uint8Array): Buffer =>
  der(0x02, Buffer.of(...bytes.map((b, i) => (i === 0 ? (b & 127) | 1 : b))))

/** 1.2.840.10045.4.3.2 */
const ECDSA_WITH_SHA256 = sequence(der(0x06, Buffer.from('2a8648ce3d040302', 'hex')))
const COMMON_NAME = der(0x06, Buffer.from('550403', 'hex'))
const BASIC_CONSTRAINTS = der(0x06, Buffer.from('551d13', 'hex'))
const ALTERNATIVE_NAMES = der(0x06, Buffer.from('551d11', 'hex'))

function extension(id: Uint8Array, value: Uint8Array): Buffer {
  return sequence(id, der(0x04, value))
}

function hostName(host: string): Buffer {
  if (isIP(host) === 4) return der(0x87, Buffer.from(host.split('.').map(Number)))
  return der(0x82, Buffer.from(host))
}

function distinguished(name: string): Buffer {
  return sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(name)))))
}

function day(fromNow: number): Buffer {
  const date = new Date(Date.now() + fromNow * 86_400_000)
  return der(0x17, Buffer.from(date.toISOString().replaceAll(/^..|[-:T]|\.\d+/g, '')))
}
