import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import type { Random } from '../src/seed/random.ts'

/** Two ways to the same students. */
interface Ports {
  ahead: number
  usual: number
}

interface SocketFuzzOptions {
  ports: Ports
  count: number
  random: Random
  /** Values of `Authorization` that may be worth trying. */
  credentials: readonly string[]
  /** Changes something, between two connections. */
  change: () => Promise<unknown>
}

export interface SocketFuzzResult {
  /** How many connections there were by the statuses answered on them. */
  statuses: Map<string, number>
  /** What was sent, and what came of it by either way, where that differs. */
  differences: string[]
}

/** No answer takes so long, and no connection stays open. */
const patienceMs = 10_000

/**
 * Sends the same bytes, requests for the list that are hostile in some way, to a service that answers the list ahead of its
 * framework and to one that doesn't. Whatever they ask, it is answered the same, and at the end the connection is closed.
 */
export async function fuzzSockets(options: SocketFuzzOptions): Promise<SocketFuzzResult> {
  const { ports, count, random, change } = options
  const result: SocketFuzzResult = { statuses: new Map(), differences: [] }
  let etag = '"none"'
  for (let n = 0; n < count; n++) {
    if (random.chance(0.1)) await change()
    const sent = arbitraryBytes(random, { ...options, etag })
    const [ahead, usual] = await Promise.all([exchange(ports.ahead, sent), exchange(ports.usual, sent)])
    etag = /^etag: (.*)$/im.exec(ahead)?.[1] ?? etag
    if (told(ahead) !== told(usual)) {
      result.differences.push(`${JSON.stringify(sent)}\nahead: ${told(ahead)}\nusual: ${told(usual)}`)
    }
    const statuses = [...ahead.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status).join(' ')
    result.statuses.set(statuses, (result.statuses.get(statuses) ?? 0) + 1)
  }
  return result
}

async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const timer = setTimeout(() => socket.destroy(new Error('still open')), patienceMs)
  try {
    const answer = text(socket)
    // In two segments, wherever they part.
    const half = bytes.length >>> 1
    socket.write(bytes.slice(0, half), 'latin1')
    await setImmediate()
    socket.write(bytes.slice(half), 'latin1')
    return await answer
  } catch (error) {
    return `broken off: ${String(error)}`
  } finally {
    clearTimeout(timer)
  }
}

/** The answers without what is another each time, and whatever the order of their headers. */
function told(answers: string): string {
  return answers
    .replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, 'uuid')
    .replaceAll(/"traceId":"[\da-f]{32}"/g, '"traceId"')
    .replaceAll(/dur=[\d.]+/g, 'dur')
    .replaceAll(/^date: .*\r\n/gim, '')
    .split(/(?=HTTP\/1\.1 \d{3} )/)
    .map((answer) => {
      const [head = '', ...body] = answer.split('\r\n\r\n')
      return [head.split('\r\n').toSorted().join('\n'), ...body].join('\n\n')
    })
    .join('\n')
}

type Surroundings = Pick<SocketFuzzOptions, 'credentials'> & { etag: string }

/** Up to three requests at once that can be told apart, and one to close; or one that is no HTTP. */
function arbitraryBytes(random: Random, surroundings: Surroundings): string {
  if (random.chance(0.15)) return broken(random)
  const requests = Array.from({ length: random.integer(0, 3) }, () => arbitraryRequest(random, surroundings))
  return `${requests.join('')}GET /students HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`
}

function arbitraryRequest(random: Random, { credentials, etag }: Surroundings): string {
  const method = random.chance(0.8)
    ? 'GET'
    : random.pick(['HEAD', 'POST', 'OPTIONS', 'TRACE', 'DELETE', 'QUERY'])
  const target = random.chance(0.7) ? '/students' : random.pick(targets)
  const version = random.chance(0.9) ? '1.1' : '1.0'
  const lines = fields(etag).filter(() => random.chance(0.08))
  if (random.chance(0.9)) lines.push('Host: x')
  if (credentials.length > 0 && random.chance(0.9)) {
    lines.push(`Authorization: ${random.pick(credentials as [string, ...string[]])}`)
  }
  const [framing, body] = random.chance(0.85) ? [[], ''] : random.pick(bodies)
  return `${method} ${target} HTTP/${version}\r\n${[...lines, ...framing].join('\r\n')}\r\n\r\n${body}`
}

const targets: [string, ...string[]] = [
  '/students?',
  '/students?limit=1',
  '/students?limit=%zz',
  '/students/',
  '//students',
  '/STUDENTS',
  '/student%73',
  '/students%00',
  '/students;a=b',
  '/students#x',
  'http://x/students',
  '*',
  `/students?q=${'x'.repeat(5000)}`,
]

function fields(etag: string): string[] {
  return [
    'Host: y',
    'Host:',
    'X-Request-Id: mine',
    'X-Request-Id: not "mine"',
    `X-Request-Id: ${'x'.repeat(129)}`,
    `If-None-Match: ${etag}`,
    `If-None-Match: W/${etag}, "other"`,
    'If-None-Match: *',
    'If-None-Match:',
    'If-None-Match: "',
    'If-Match: "1"',
    'If-Modified-Since: Thu, 01 Jan 2099 00:00:00 GMT',
    'Range: bytes=0-1',
    'Accept: text/csv',
    'Accept-Encoding: gzip, br',
    'Authorization: Basic eDp4',
    'Authorization: Bearer',
    'Expect: 100-continue',
    'Expect: something',
    'Connection: keep-alive',
    // With `Connection: upgrade`, Node drops what follows it in one segment.
    'Upgrade: h2c',
    'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    'traceparent: ff',
    'Origin: http://evil.example',
    'X-HTTP-Method-Override: DELETE',
    '__proto__: x',
    `Cookie: ${'x'.repeat(9000)}`,
    'X-Latin: \u00E4\u00FF',
    'Content-Type: application/json',
  ]
}

const bodies: [[string[], string], ...[string[], string][]] = [
  [['Content-Length: 0'], ''],
  [['Content-Length: 5'], 'GET /'],
  [['Transfer-Encoding: chunked'], '0\r\n\r\n'],
  [['Transfer-Encoding: chunked'], '3;x=y\r\nabc\r\n0\r\nTrailer: x\r\n\r\n'],
]

function broken(random: Random): string {
  return random.pick([
    'GET /students HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n',
    'GET /students HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
    'GET /students HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
    'GET /students HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n',
    'GET /students HTTP/1.1\r\nHost : x\r\n\r\n',
    'GET /students HTTP/1.1\r\n: x\r\n\r\n',
    'GET /students HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n',
    'GET /students HTTP/1.1\nHost: x\n\n',
    'GET /students HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n',
    'GET  /students HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'GET /students HTTP/2.0\r\nHost: x\r\n\r\n',
    'GET /students\r\n\r\n',
    'GET /stud\u00E4nts HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    `GET /students HTTP/1.1\r\nHost: x\r\nCookie: ${'x'.repeat(20_000)}\r\n\r\n`,
    'CONNECT /students HTTP/1.1\r\nHost: x\r\n\r\n',
    'get /students HTTP/1.1\r\nHost: x\r\n\r\n',
    '\u0016\u0003\u0001\0',
  ])
}
