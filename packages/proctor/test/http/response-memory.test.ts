import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { ResponseParser } from '../../src/http/response-parser.ts'

const CHUNKED = Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
const MIB = 2 ** 20

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

suite('what a hostile answer makes a parser hold', () => {
  const cases: [string, string, number][] = [
    ['a body in chunks of one byte', '1\r\nx\r\n', 80],
    ['little chunks with long extensions', `d;${'e'.repeat(8_000)}\r\nabcdefghijklm\r\n`, 1_000],
    ['interim answers without end', `HTTP/1.1 103 Early Hints\r\nLink: ${'x'.repeat(500)}\r\n\r\n`, 200],
    ['trailers without end', `0\r\n${'X: y\r\n'.repeat(10_000)}`, 200],
  ]
  for (const [name, unit, reads] of cases) {
    test(name, () => {
      const parser = new ResponseParser()
      parser.begin('GET')
      if (!unit.startsWith('HTTP')) parser.feed(CHUNKED, CHUNKED.length)
      const read = Buffer.from(unit.repeat(Math.ceil(60_000 / unit.length)))
      const before = held()
      for (let i = 0; i < reads; i++) parser.feed(read, read.length)
      const holds = held() - before
      assert.ok(holds < 2 * parser.bodyBytes + 4 * MIB, `${holds} bytes for a body of ${parser.bodyBytes}`)
      assert.equal(parser.takeBody().length, parser.bodyBytes)
    })
  }
})

function held(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
