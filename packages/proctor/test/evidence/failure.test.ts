import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureExample, signatureOfAnswer, signatureOfError } from '../../src/evidence/failure.ts'
import { redactHeaders } from '../../src/evidence/redaction.ts'
import type { Exchange } from '../../src/http/exchange.ts'
import { Origin } from '../../src/http/origin.ts'
import { HttpResponse } from '../../src/http/response.ts'
import { TransportError } from '../../src/http/transport-error.ts'
import { anExchange } from '../http/an-exchange.ts'

function answer(status: number, body: string, head = 'Content-Type: application/problem+json'): HttpResponse {
  const bytes = Buffer.from(body)
  return new HttpResponse(
    status,
    `HTTP/1.1 ${status} Whatever\r\n${head}\r\n`,
    bytes.toString('latin1'),
    bytes.length,
    1,
  )
}

const SIGNATURES: [string, HttpResponse, string][] = [
  [
    'status and title of a problem document',
    answer(409, '{"title":"E-mail tåken","detail":"a@b.c"}'),
    '409 E-mail tåken',
  ],
  [
    'whatever else stands in the content type',
    answer(409, '{"title":"T"}', 'content-type:application/problem+json; charset=utf-8'),
    '409 T',
  ],
  ['a title that is no text', answer(422, '{"title":42}'), '422 Unprocessable Entity'],
  ['an empty title', answer(422, '{"title":""}'), '422 Unprocessable Entity'],
  ['a problem that is not JSON', answer(500, '<html>'), '500 Internal Server Error'],
  ['a problem that is null', answer(500, 'null'), '500 Internal Server Error'],
  [
    'the message of a JSON body, its particulars masked',
    answer(
      404,
      '{"message":"No user 17 with \\"a@b.c\\" in 0af7651916cd43dd"}',
      'Content-Type: application/json',
    ),
    '404 No user … with … in …',
  ],
  ['a JSON body without words', answer(404, '{"a":1}', 'Content-Type: application/json'), '404 Not Found'],
  [
    'a body too long to be read whole',
    answer(400, JSON.stringify({ title: 'T', pad: 'x'.repeat(70_000) })),
    '400 T',
  ],
  [
    'the title of an HTML page',
    answer(
      500,
      `<html><title>IntegrityError: users.email // Debugger</title>${'x'.repeat(60_000)}`,
      'content-type: text/html',
    ),
    '500 IntegrityError: users.email // Debugger',
  ],
  [
    'the heading of an HTML page without a title',
    answer(502, '<h1>502 Bad Gateway</h1>', 'content-type: text/html'),
    '502 … Bad Gateway',
  ],
  ['a short text', answer(503, 'try again in 12 s\n', 'content-type: text/plain'), '503 try again in … s'],
  ['a long text', answer(503, 'x'.repeat(500), 'content-type: text/plain'), '503 Service Unavailable'],
  ['a status that nobody knows', answer(499, '', ''), '499 unknown status'],
]

for (const [what, response, signature] of SIGNATURES) {
  test(`signature: ${what}`, () => assert.equal(signatureOfAnswer(response), signature))
}

test('signature of a transport error: its code and words, without the port that changes each time', () => {
  assert.equal(
    signatureOfError(new TransportError('timed-out', '5 s')),
    'timed-out: the answer was not whole in time (5 s)',
  )
  const detail = 'connect EADDRNOTAVAIL 127.0.0.1:80 - Local (127.0.0.1:40123)'
  assert.equal(
    signatureOfError(new TransportError('ports-exhausted', detail)),
    'ports-exhausted: no local port was free for a new connection (connect EADDRNOTAVAIL 127.0.0.1:80)',
  )
})

function exchange(body: string | Uint8Array | undefined): Exchange {
  return anExchange({
    method: 'POST',
    name: 'create',
    origin: new Origin('http://127.0.0.1:5000/api'),
    target: '/api/students?q=1',
    head: 'POST /api/students?q=1 HTTP/1.1\r\nHost: 127.0.0.1:5000\r\nAuthorization: Bearer s3cret\r\nX-Api-Key: s3cret\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-02\r\n\r\n',
    body,
  })
}

test('an example is the whole request and answer, secrets masked', () => {
  const example = failureExample(
    exchange('{"a":1}'),
    answer(409, '{"title":"ü"}', 'Set-Cookie: sid=s3cret\r\nX-Request-Id: 7'),
  )
  assert.deepEqual(example, {
    request: {
      method: 'POST',
      url: 'http://127.0.0.1:5000/api/students?q=1',
      headers: [
        ['Host', '127.0.0.1:5000'],
        ['Authorization', '[redacted]'],
        ['X-Api-Key', '[redacted]'],
        ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-02'],
      ],
      body: '{"a":1}',
    },
    response: {
      status: 409,
      headers: [
        ['Set-Cookie', '[redacted]'],
        ['X-Request-Id', '7'],
      ],
      body: '{"title":"ü"}',
    },
    phases: {
      blockedMs: 0,
      dnsMs: undefined,
      connectMs: undefined,
      tlsMs: undefined,
      sendingMs: 0,
      waitingMs: 0,
      receivingMs: 0,
    },
    traceId: '0af7651916cd43dd8448eb211c80319c',
    server: [],
  })
  assert.doesNotMatch(JSON.stringify(example), /s3cret/)
})

test('bodies are kept up to 64 KiB, bytes as text, and none as nothing', () => {
  const { request, response } = failureExample(exchange(Buffer.from('ß'.repeat(100_000)).subarray(2)), null)
  assert.equal(Buffer.byteLength(request.body), 64 * 1024)
  assert.equal(response, null)
  assert.equal(failureExample(exchange(undefined), null).request.body, '')
})

const SECRET = [
  'Authorization',
  'proxy-authorization',
  'COOKIE',
  'Set-Cookie',
  'X-Api-Key',
  'apikey',
  'X-Auth-Token',
  'X-CSRF-Token',
  'Client-Secret',
  'X-Password',
]
const PLAIN = ['Accept', 'Content-Type', 'X-Request-Id', 'traceparent', 'Authorization-Info', 'Cookie-Policy']

test('masks the values of secret headers, in whatever letters, and of no others', () => {
  const masked = redactHeaders([...SECRET, ...PLAIN].map((name): [string, string] => [name, 'value']))
  const redacted = masked.filter(([, value]) => value !== 'value').map(([name]) => name)
  assert.deepEqual(redacted, SECRET)
})
