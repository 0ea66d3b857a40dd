import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CsvParser, type CsvRecord } from '../../src/scenario/csv.ts'

/** Fields by record, or its problem; the text comes in pieces of `length` characters. */
function parse(text: string, length = text.length, separator?: string): (readonly string[] | string)[] {
  const parser = new CsvParser(separator)
  const records: CsvRecord[] = []
  for (let at = 0; at < text.length; at += length) records.push(...parser.push(text.slice(at, at + length)))
  records.push(...parser.push('', true))
  return records.map(({ line, fields, problem }) => (problem === undefined ? fields : `${line}: ${problem}`))
}

const CASES: [string, string, (readonly string[] | string)[]][] = [
  [
    'plain',
    'a,b\n1,2\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'CRLF, and none behind the last',
    'a,b\r\n1,2',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  ['a byte order mark', '\ufeffa,b\n', [['a', 'b']]],
  [
    'quotes around separators, lines and quotes',
    '"a,""x""\r\n",b\nc,d',
    [
      ['a,"x"\r\n', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'empty fields',
    ',,""\n,',
    [
      ['', '', ''],
      ['', ''],
    ],
  ],
  ['blank lines', 'a\n\n\r\nb\n', [['a'], ['b']]],
  ['a quote within', '5" x,b', [['5" x', 'b']]],
  ['a carriage return within', 'a\rb,c', [['a\rb', 'c']]],
  [
    'text behind a quote, and the next line',
    '"a"b,c\nd,e',
    ['1: expected a separator or the end of the line behind a closing quote', ['d', 'e']],
  ],
  ['a quote that is not closed', 'a\n"b,c\nd', [['a'], '2: expected the quote to be closed']],
  ['nothing', '', []],
]

for (const [name, text, expected] of CASES) {
  for (const length of [1, 2, 3, 1_000]) {
    test(`${name}, in pieces of ${length}`, () => assert.deepEqual(parse(text, length), expected))
  }
}

test('another separator', () => assert.deepEqual(parse('a;"b;c"\n', 3, ';'), [['a', 'b;c']]))

test('a quote left open does not keep the file: memory is bounded, the line is told', () => {
  const parser = new CsvParser()
  const records = parser.push('a\n"b\n')
  for (let i = 0; i < 40; i++) records.push(...parser.push('x'.repeat(64 * 1024)))
  assert.deepEqual(
    records.map(({ line, problem }) => `${line}: ${problem ?? 'fine'}`),
    ['1: fine', '2: expected a row of at most 1 MiB; is a quote not closed?'],
  )
})

test('against a naive twin, of random fields in pieces of random length', () => {
  let state = 1
  const random = (n: number): number => (state = (state * 48_271) % 2_147_483_647) % n
  for (let round = 0; round < 200; round++) {
    const rows = Array.from({ length: 1 + random(5) }, () =>
      Array.from({ length: 2 }, () =>
        Array.from({ length: random(6) }, () => 'a",\n\r é'[random(7)]).join(''),
      ),
    )
    const text = rows
      .map((row) => row.map((field) => `"${field.replaceAll('"', '""')}"`).join(','))
      .join('\r\n')
    assert.deepEqual(parse(text, 1 + random(7)), rows)
  }
})
