import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { HttpResponse } from '../../src/http/response.ts'

suite('an answer', () => {
  test('text and json are UTF-8, body the bytes', () => {
    const text = '{"name":"Zoë 🎓"}'
    const response = answer({ body: text })
    assert.equal(response.text(), text)
    assert.deepEqual(response.json(), { name: 'Zoë 🎓' })
    assert.deepEqual(response.body, Buffer.from(text))
  })

  test('what is no JSON is named with its status and its beginning', () => {
    assert.throws(() => answer({ status: 502, body: '<html>' }).json(), {
      name: 'SyntaxError',
      message: 'expected JSON in an answer with status 502, got "<html>"',
    })
    assert.throws(() => answer({ body: '' }).json(), /got an empty body/)
    assert.throws(() => answer({ body: 'x'.repeat(200) }).json(), /got "x{80}…"/)
  })

  test('text of more than was kept is refused', () => {
    const response = new HttpResponse(200, '', 'kept', 9, 1)
    assert.throws(() => response.text(), {
      name: 'RangeError',
      message: /has 9 bytes; only the first 4 are kept/,
    })
    assert.equal(response.body.toString(), 'kept')
  })

  test('ok is 200 to 299', () => {
    assert.deepEqual(
      [199, 200, 299, 300, 404].map((status) => answer({ status }).ok),
      [false, true, true, false, false],
    )
  })

  for (const [name, end] of [
    ['CRLF', '\r\n'],
    ['bare LF', '\n'],
  ]) {
    test(`headers of lines that end in ${name}`, () => {
      const lines = [
        'HTTP/1.1 200 OK',
        'Set-Cookie: a=1',
        'set-cookie: b=2',
        'ETag:"x:y"',
        'X-Empty:',
        'X-Name: Zo\xeb \t',
      ]
      const { headers } = answer({ head: [...lines, '', ''].join(end) })
      assert.deepEqual(headers.getSetCookie(), ['a=1', 'b=2'])
      assert.equal(headers.get('etag'), '"x:y"')
      assert.equal(headers.get('x-empty'), '')
      assert.equal(headers.get('x-name'), 'Zo\xeb')
      assert.equal([...headers].length, 5)
    })
  }
})

function answer({ status = 200, head = 'HTTP/1.1 200 OK\r\n\r\n', body = '' }): HttpResponse {
  const bytes = Buffer.from(body)
  return new HttpResponse(status, head, bytes.toString('latin1'), bytes.length, 1)
}
