import type { Random } from '../../../src/scenario/random.ts'

/** A well-formed answer: a character a byte. */
export interface ValidAnswer {
  readonly method: 'GET' | 'HEAD'
  readonly text: string
  /** It has no other end than the connection's. */
  readonly untilClose: boolean
}

type Framing = (random: Random) => ValidAnswer

const STATUSES = [200, 200, 200, 201, 301, 400, 404, 409, 422, 500, 503, 599]
const FIELDS = [
  'Server: a/1',
  'X-Empty:',
  'x-tab: a\tb',
  'Date: Mon, 01 Jan 2026 00:00:00 GMT',
  'X-Name: Zo\xeb',
]
const CONNECTIONS = [
  'Connection: keep-alive',
  'Connection: close',
  'connection: X-Hop, Close',
  'Connection: x, y',
]
const INTERIMS = ['100 Continue', '102 Processing', '103 Early Hints']

const framings: readonly Framing[] = [
  (random) => {
    const body = bodyOf(random)
    return framed(random, `Content-Length: ${body.length}`, body)
  },
  (random) => framed(random, 'Transfer-Encoding: chunked', chunked(bodyOf(random), random)),
  (random) => ({ ...framed(random, 'X-Framing: none', bodyOf(random)), untilClose: true }),
  (random) => framed(random, 'Content-Length: 0', ''),
  (random) => framed(random, 'Content-Length: 700', '', random.pick([204, 304])),
  (random) => framed(random, 'Transfer-Encoding: chunked', '', random.pick([204, 304])),
  (random) => ({ ...framed(random, 'Content-Length: 700', ''), method: 'HEAD' }),
  (random) => ({ ...framed(random, 'Transfer-Encoding: chunked', ''), method: 'HEAD' }),
]

/** One of every framing, with what may stand around it: other headers, answers of status 1xx before it, bare LF. */
export function validAnswer(random: Random): ValidAnswer {
  const answer = random.pick(framings)(random)
  const interims = random.chance(0.2)
    ? Array.from({ length: random.integer(1, 3) }, () => interim(random))
    : []
  return { ...answer, text: interims.join('') + answer.text }
}

/** A body in chunks of any size, with extensions and trailers. */
export function chunked(body: string, random: Random): string {
  let text = ''
  for (let at = 0; at < body.length;) {
    const size = Math.min(body.length - at, random.pick([1, 2, 13, 100, 4_096, 70_000]))
    const digits = random.chance(0.1) ? size.toString(16).padStart(8, '0') : size.toString(16)
    text += `${digits}${extension(random)}\r\n${body.slice(at, at + size)}\r\n`
    at += size
  }
  const trailers = random.chance(0.2) ? 'Expires: never\r\nX-Sum: 7\r\n' : ''
  return `${text}0${extension(random)}\r\n${trailers}\r\n`
}

function extension(random: Random): string {
  return random.chance(0.15) ? random.pick([';a', ' ; name="va;lue"', `;${'x'.repeat(500)}`]) : ''
}

function framed(random: Random, framing: string, body: string, status = random.pick(STATUSES)): ValidAnswer {
  const version = random.chance(0.1) ? '1.0' : '1.1'
  const fields = [framing, ...FIELDS.filter(() => random.chance(0.3))]
  if (random.chance(0.3)) fields.splice(random.integer(0, fields.length), 0, random.pick(CONNECTIONS))
  const head = [`HTTP/${version} ${status}${random.pick([' OK', ' ', '', ' Zo\xeb'])}`, ...fields, '', '']
  return { method: 'GET', text: head.join(random.chance(0.1) ? '\n' : '\r\n') + body, untilClose: false }
}

function interim(random: Random): string {
  return `HTTP/1.1 ${random.pick(INTERIMS)}\r\n${random.chance(0.5) ? 'Link: </a>\r\nContent-Length: 9\r\n' : ''}\r\n`
}

/** Mostly short; some longer than one read. Full of what could be taken for framing. */
function bodyOf(random: Random): string {
  const size = random.pick([1, 5, 20, 80, 200, 1_000, random.chance(0.1) ? 200_000 : 3_000])
  const piece = random.pick(['hello', '\r\n0\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n', '{"a":1}', '\xff\0\x80\n'])
  return piece.repeat(Math.ceil(size / piece.length)).slice(0, size)
}
