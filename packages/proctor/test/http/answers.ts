/** A well-formed answer as bytes, and what a reader should make of it. */
export interface Answer {
  method: string
  bytes: Buffer
  status: number
  body: string
  keepAlive: boolean
  /** The connection's end belongs to the answer. */
  untilClose: boolean
}

/** Texts are latin1 here, except bodies given as a Buffer. */
function answer(parts: (string | Buffer)[], expected: Partial<Omit<Answer, 'bytes'>> = {}): Answer {
  const bytes = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
  )
  return { method: 'GET', status: 200, body: 'hello', keepAlive: true, untilClose: false, ...expected, bytes }
}

const big = 'abcdefghijklmnopqrstuvwxyz'.repeat(8_000)
const utf8 = Buffer.from('{"name":"Zoë 学生 🎓"}')

export const answers: Record<string, Answer> = {
  'content-length': answer(['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello']),
  'a reason of no words': answer(['HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello']),
  'an empty reason': answer(['HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhello']),
  'an unheard-of status': answer(['HTTP/1.1 799 Odd\r\nContent-Length: 5\r\n\r\nhello'], { status: 799 }),
  'blanks around the length': answer(['HTTP/1.1 200 OK\r\nContent-Length: \t 5 \t \r\nA: b\r\n\r\nhello']),
  'a length twice, the same': answer([
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello',
  ]),
  'a header that begins with a digit after the length': answer([
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n3d-secure: no\r\n\r\nhello',
  ]),
  'bare line feeds': answer(['HTTP/1.1 200 OK\nContent-Length: 5\nX: y\n\nhello']),
  'odd case': answer(['HTTP/1.1 200 OK\r\ncOnTeNt-LeNgTh: 5\r\nCONNECTION: Keep-Alive\r\n\r\nhello']),
  'odd case, chunked': answer([
    'HTTP/1.1 200 OK\r\ntransfer-ENCODING: Chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  ]),
  'many headers': answer([
    `HTTP/1.1 200 OK\r\n${'X-Filler: 0123456789\r\n'.repeat(30)}Content-Length: 5\r\n\r\nhello`,
  ]),
  'empty values and tabs': answer([
    'HTTP/1.1 200 OK\r\nX-Empty:\r\nX-Tab: a\tb\r\nContent-Length: 5\r\n\r\nhello',
  ]),
  'a latin1 value': answer(['HTTP/1.1 200 OK\r\nX-Name: Zo\xeb\r\nContent-Length: 5\r\n\r\nhello']),
  chunked: answer([
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;name="va;lue"\r\nhe\r\n003 ; x\r\nllo\r\n0\r\nExpires: never\r\nX: y\r\n\r\n',
  ]),
  'chunked, line feeds within': answer(
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n\r\n0\r\n\r\n0\r\n\r\n0\r\n\r\n'],
    { body: '\r\n0\r\n\r\n0\r\n' },
  ),
  'chunked, bare line feeds': answer(['HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nhello\n0\n\n']),
  'chunked, nothing in it': answer(['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'], {
    body: '',
  }),
  'chunked and close': answer(
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
    { keepAlive: false },
  ),
  '204': answer(['HTTP/1.1 204 No Content\r\nX: y\r\n\r\n'], { status: 204, body: '' }),
  '304 with a length': answer(['HTTP/1.1 304 Not Modified\r\nContent-Length: 700\r\n\r\n'], {
    status: 304,
    body: '',
  }),
  HEAD: answer(['HTTP/1.1 200 OK\r\nContent-Length: 700\r\n\r\n'], { method: 'HEAD', body: '' }),
  'HEAD, chunked': answer(['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'], {
    method: 'HEAD',
    body: '',
  }),
  'length 0': answer(['HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n'], { status: 500, body: '' }),
  'HTTP/1.0': answer(['HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello'], { keepAlive: false }),
  'HTTP/1.0, kept alive': answer([
    'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello',
  ]),
  'until close': answer(['HTTP/1.1 200 OK\r\nX: y\r\n\r\nhello'], { keepAlive: false, untilClose: true }),
  'until close, nothing in it': answer(['HTTP/1.0 200 OK\r\n\r\n'], {
    body: '',
    keepAlive: false,
    untilClose: true,
  }),
  'until close, whatever it says of the connection': answer(
    ['HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\nhello'],
    { keepAlive: false, untilClose: true },
  ),
  '100 and 103 before it': answer([
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: close\r\nContent-Length: 9\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  ]),
  'connection: close': answer(['HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello'], {
    keepAlive: false,
  }),
  'connection: a list with close': answer(
    ['HTTP/1.1 200 OK\r\nConnection: X-Hop , Close\r\nContent-Length: 5\r\n\r\nhello'],
    { keepAlive: false },
  ),
  'connection: a list without': answer([
    'HTTP/1.1 200 OK\r\nConnection: closed-loop, ,upgrade\r\nContent-Length: 5\r\n\r\nhello',
  ]),
  'connection: close, then keep-alive': answer(
    ['HTTP/1.1 200 OK\r\nConnection: close\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello'],
    { keepAlive: false },
  ),
  'HTTP/1.0, kept alive by a list': answer([
    'HTTP/1.0 200 OK\r\nConnection: X-Hop, Keep-Alive\r\nContent-Length: 5\r\n\r\nhello',
  ]),
  'HTTP/1.0, both': answer(
    ['HTTP/1.0 200 OK\r\nConnection: keep-alive, close\r\nContent-Length: 5\r\n\r\nhello'],
    { keepAlive: false },
  ),
  'UTF-8 body': answer([`HTTP/1.1 200 OK\r\nContent-Length: ${utf8.length}\r\n\r\n`, utf8], {
    body: utf8.toString('latin1'),
  }),
}

/** Too long for every split; 200 KB take four reads. */
export const bigAnswers: Record<string, Answer> = {
  'content-length': answer([`HTTP/1.1 200 OK\r\nContent-Length: ${big.length}\r\n\r\n${big}`], { body: big }),
  chunked: answer(
    [
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
      ...Array.from(
        { length: 8 },
        (_, i) => `${(26_000).toString(16)}\r\n${big.slice(i * 26_000, (i + 1) * 26_000)}\r\n`,
      ),
      '0\r\n\r\n',
    ],
    { body: big },
  ),
  'until close': answer([`HTTP/1.1 200 OK\r\n\r\n${big}`], { body: big, keepAlive: false, untilClose: true }),
  'a head of almost 64 KiB': answer([
    `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(65_000)}\r\nContent-Length: 5\r\n\r\nhello`,
  ]),
}
