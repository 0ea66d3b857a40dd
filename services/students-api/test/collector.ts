import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { TestContext } from 'node:test'

export interface Received {
  path: string
  headers: IncomingHttpHeaders
  body: Buffer
}

export type Answer = (response: ServerResponse, received: Received, index: number) => void

/** A collector that takes everything, or answers as it is told. */
export interface TestCollector {
  url: string
  received: Received[]
  /** Resolves once there are that many. */
  until: (count: number) => Promise<void>
}

export const taken: Answer = (response) => void response.writeHead(200).end()

export async function startCollector(t: TestContext, answer: Answer = taken): Promise<TestCollector> {
  const received: Received[] = []
  const server = createServer((request, response) => void take(request, response))
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const { url: path = '', headers } = request
    const parcel = { path, headers, body: await buffer(request) }
    received.push(parcel)
    answer(response, parcel, received.length - 1)
    server.emit('received')
  }
  server.listen(0, '127.0.0.1')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const until = async (count: number) => {
    while (received.length < count) await once(server, 'received')
  }
  return { url: `http://127.0.0.1:${port}`, received, until }
}

interface Attribute {
  key: string
  value: { stringValue?: string; intValue?: number; doubleValue?: number }
}

export interface SentSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  status: { code?: number }
  attributes: Attribute[]
}

export interface SentRecord {
  traceId: string
  spanId: string
  severityText: string
  body: { stringValue: string }
  attributes: Attribute[]
}

/** The attributes as an object. */
export function valuesOf(attributes: readonly Attribute[]): Record<string, string | number | undefined> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? value.doubleValue]),
  )
}

export function spansIn(received: readonly Received[]): SentSpan[] {
  return jsonOf(received, '/v1/traces').flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
  )
}

export function recordsIn(received: readonly Received[]): SentRecord[] {
  return jsonOf(received, '/v1/logs').flatMap(({ resourceLogs }) =>
    resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords)),
  )
}

interface ExportRequest {
  resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: SentSpan[] }[] }[]
  resourceLogs: { scopeLogs: { logRecords: SentRecord[] }[] }[]
}

export function jsonOf(received: readonly Received[], path: string): ExportRequest[] {
  return received.filter((parcel) => parcel.path === path).map(({ body }) => JSON.parse(body.toString()))
}
