import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VALUE_KINDS } from '../../src/evidence/field-value.ts'
import { FieldReader } from '../../src/evidence/fields.ts'
import type { FieldSink } from '../../src/evidence/field-sink.ts'
import { Random } from '../../src/scenario/random.ts'

interface Read {
  name: string
  text: string
  kind: string
  hash: string
  number: number | undefined
}

function read(begin: (reader: FieldReader, sink: FieldSink) => void): Read[] {
  const fields: Read[] = []
  begin(new FieldReader(), {
    field: (_, value, reader) => {
      fields.push({
        name: reader.name(),
        text: value.text(),
        kind: VALUE_KINDS[value.kind]!,
        hash: `${value.high} ${value.low}`,
        number: value.hasNumber ? value.number : undefined,
      })
    },
  })
  return fields
}

const readBody = (body: string): Read[] =>
  read((reader, sink) => reader.readBody(body, reader.bodyPattern(), sink))
const PIECES = '{}[]":,\\0a '
const names = (fields: Read[]): string[] => fields.map(({ name, text }) => `${name}=${text}`)

test('the fields of a JSON body by pointer, with their kinds and numbers', () => {
  const body = JSON.stringify({
    name: 'Test User 1234',
    gpa: -8.25,
    address: { city: 'Köln', zip: null, geo: { lat: 1e3 } },
    tags: ['a', { b: [1] }],
    isNew: true,
    note: '',
    quoted: 'a "b" \\',
  })
  const fields = readBody(body)
  assert.deepEqual(
    fields.map(({ name, kind, number }) => [name, kind, number]),
    [
      ['/name', 'text', 1234],
      ['/gpa', 'number', -8.25],
      ['/address/city', 'text', undefined],
      ['/address/zip', 'null', undefined],
      ['/address/geo/lat', 'number', 1000],
      ['/tags', 'list', undefined],
      ['/isNew', 'boolean', undefined],
      ['/note', 'empty', undefined],
      ['/quoted', 'text', undefined],
    ],
  )
})

test('forms and queries by name, paths by position', () => {
  assert.deepEqual(names(readBody('a=1&b=x%20y&c')), ['a=1', 'b=x%20y', 'c='])
  const path = read((reader, sink) => reader.readPath('/students/17/exams?limit=5', sink))
  assert.deepEqual(names(path), ['limit=5', 'segment 1=students', 'segment 2=17', 'segment 3=exams'])
})

test('the same value has the same hash, wherever it stands, and another another', () => {
  const [a] = readBody('{"email":"a@example.com","x":1}')
  const [, b] = readBody('{"x":1,"email":"a@example.com"}')
  assert.equal(a!.hash, b!.hash)
  const random = new Random(5, 'texts')
  const texts = new Set(Array.from({ length: 20_000 }, () => `user${random.integer(0, 1e9)}`))
  const hashes = new Set([...texts].map((text) => readBody(`{"a":"${text}"}`)[0]!.hash))
  assert.equal(hashes.size, texts.size)
})

const hash = (text: string): string => readBody(JSON.stringify({ a: text }))[0]!.hash

test('of a text of up to 256 bytes each counts, of a longer one the beginning, the end and the length', () => {
  for (const length of [97, 255, 256]) {
    const hashes = Array.from({ length }, (_, at) => hash(`${'x'.repeat(at)}y${'x'.repeat(length - at - 1)}`))
    assert.equal(new Set(hashes).size, length)
  }
  const long = 'x'.repeat(5_000)
  const [, inPath] = read((reader, sink) => reader.readPath(`/a/${long}`, sink))
  assert.equal(hash(long), inPath!.hash, 'wherever it stands')
  assert.notEqual(hash(long), hash(`${long}x`))
  assert.notEqual(hash(long), hash(`${long.slice(1)}y`))
})

test('what is no JSON ends the reading; nothing is thrown and nothing goes on for ever', () => {
  for (const body of [
    '{',
    '{"a',
    '{"a":',
    '{"a":"b',
    '{"a":[1,',
    '{"a":"\\',
    '{}}}}',
    '{,,,,',
    '{"a" "b"}',
    '{"a":nope}',
    '\u0000',
  ]) {
    readBody(body)
  }
  const random = new Random(3, 'bytes')
  for (let i = 0; i < 2_000; i++) {
    readBody(
      `{${Array.from({ length: 40 }, () => PIECES.charAt(random.integer(0, PIECES.length - 1))).join('')}`,
    )
  }
  assert.ok(readBody(`{${'"a":{'.repeat(500)}`).length === 0)
  assert.equal(
    readBody(JSON.stringify(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, i])))).length,
    32,
  )
})

test('length, first digits and characters beyond ASCII are those of the text, wherever they stand in it', () => {
  const random = new Random(8, 'characters')
  const pieces = ['a', 'bc', '7', '42', ':', 'é', '東', '😀', '"', '\\', '\n', 'x'.repeat(30)]
  for (let i = 0; i < 2_000; i++) {
    const text = Array.from({ length: random.integer(0, 12) }, () => pieces[random.integer(0, 11)]!).join('')
    const sent = JSON.stringify(text).slice(1, -1)
    const reader = new FieldReader()
    reader.readBody(`{"a":"${sent}"}`, reader.bodyPattern(), {
      field(_, { length, isWide, hasNumber, number }) {
        // Of a longer text its ends are looked at, and no more.
        if (Buffer.byteLength(sent) > 256) return
        assert.equal(length, sent.length)
        assert.equal(isWide, Buffer.byteLength(sent) > sent.length)
        assert.equal(hasNumber ? number : undefined, numberIn(sent))
      },
    })
  }
})

function numberIn(text: string): number | undefined {
  const [digits] = /\d{1,15}/.exec(text) ?? []
  return digits === undefined ? undefined : Number(digits)
}
