import { validateHeaderName, validateHeaderValue } from 'node:http'
import { UsageError } from '../arguments.ts'

/** Where spans and log records go, and as whose. */
export interface OtlpSettings {
  /** The collector's address, to which `v1/traces` and `v1/logs` are added. */
  endpoint: URL
  protocol: OtlpProtocol
  /** May hold credentials: not for messages or logs. */
  headers: Readonly<Record<string, string>>
  /** How long one try to deliver may take. */
  timeoutMs: number
  /** Attributes of the resource, `service.name` among them. */
  resource: Readonly<Record<string, string>>
}

const protocols = ['http/protobuf', 'http/json'] as const
export type OtlpProtocol = (typeof protocols)[number]

type Environment = Readonly<Record<string, string | undefined>>

const mostTimeoutMs = 600_000

/**
 * The environment as OpenTelemetry's specification has it, where an empty variable is none. Absent without an endpoint,
 * or where the SDK is disabled. https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 * @throws {UsageError} which doesn't repeat what may be secret.
 */
export function otlpSettings(env: Environment): OtlpSettings | undefined {
  const endpoint = env['OTEL_EXPORTER_OTLP_ENDPOINT']
  if (!endpoint || env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return undefined
  return {
    endpoint: parseEndpoint(endpoint),
    protocol: parseProtocol(env['OTEL_EXPORTER_OTLP_PROTOCOL'] || 'http/protobuf'),
    headers: parseHeaders(env['OTEL_EXPORTER_OTLP_HEADERS'] ?? ''),
    timeoutMs: parseTimeout(env['OTEL_EXPORTER_OTLP_TIMEOUT'] || '10000'),
    resource: parseResource(env),
  }
}

function parseEndpoint(text: string): URL {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError('OTEL_EXPORTER_OTLP_ENDPOINT is no http://host:port or https://host:port')
  }
  if (url.username || url.password) {
    throw new UsageError(
      'OTEL_EXPORTER_OTLP_ENDPOINT holds a password: send it in OTEL_EXPORTER_OTLP_HEADERS, as in authorization=Basic%20…',
    )
  }
  return url
}

function parseProtocol(text: string): OtlpProtocol {
  const protocol = protocols.find((known) => known === text)
  if (protocol) return protocol
  throw new UsageError(`OTEL_EXPORTER_OTLP_PROTOCOL takes ${protocols.join(' or ')}, not "${text}"`)
}

function parseTimeout(text: string): number {
  const timeoutMs = Number(text)
  if (/^\d{1,6}$/.test(text) && timeoutMs >= 1 && timeoutMs <= mostTimeoutMs) return timeoutMs
  throw new UsageError(
    `OTEL_EXPORTER_OTLP_TIMEOUT takes milliseconds from 1 to ${mostTimeoutMs}, not "${text}"`,
  )
}

function parseHeaders(text: string): Record<string, string> {
  const headers = parsePairs('OTEL_EXPORTER_OTLP_HEADERS', text)
  try {
    for (const [name, value] of Object.entries(headers)) {
      validateHeaderName(name)
      validateHeaderValue(name, value)
    }
  } catch (error) {
    throw new UsageError('OTEL_EXPORTER_OTLP_HEADERS holds what no HTTP header may', { cause: error })
  }
  return headers
}

function parseResource(env: Environment): Record<string, string> {
  const attributes = parsePairs('OTEL_RESOURCE_ATTRIBUTES', env['OTEL_RESOURCE_ATTRIBUTES'] ?? '')
  const name = env['OTEL_SERVICE_NAME'] || attributes['service.name'] || 'students-api'
  return { ...attributes, 'service.name': name }
}

/** `name=value,name=value`, the values percent-encoded. */
function parsePairs(variable: string, text: string): Record<string, string> {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '')
  try {
    return Object.fromEntries(pairs.map(parsePair))
  } catch (error) {
    throw new UsageError(`${variable} takes name=value,name=value with percent-encoded values`, {
      cause: error,
    })
  }
}

function parsePair(pair: string): [string, string] {
  const [, name = '', value = ''] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/s.exec(pair) ?? []
  if (name === '') throw new Error('no name')
  return [decodeURIComponent(name), decodeURIComponent(value)]
}
