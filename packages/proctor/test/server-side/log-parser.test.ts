import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Entry } from '../../src/server-side/entry.ts'
import { LogParser } from '../../src/server-side/log-parser.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

function read(
  chunks: readonly (string | Buffer)[],
  pattern?: RegExp,
): { entries: Entry[]; parser: LogParser } {
  const entries: Entry[] = []
  const parser = new LogParser((entry) => entries.push(entry), pattern)
  for (const chunk of chunks) parser.feed(Buffer.from(chunk as string))
  parser.end()
  return { entries, parser }
}

/** A line, and what is read in it: level, message, seconds since 2026 began, ids. */
const LINES: [
  title: string,
  line: string,
  level?: string | undefined,
  message?: string,
  second?: number | undefined,
  ids?: string[],
][] = [
  [
    'pino',
    `{"level":40,"time":1767225601500,"traceId":"${TRACE}","requestId":"my-7","msg":"request","problem":"email-taken"}`,
    'warn',
    'request: email-taken',
    1.5,
    [TRACE, 'my-7'],
  ],
  [
    'winston',
    `{"timestamp":"2026-01-01T00:00:02Z","level":"ERROR","message":"boom","trace_id":"${TRACE}"}`,
    'error',
    'boom',
    2,
    [TRACE],
  ],
  [
    'ECS with a dashed id',
    `{"@timestamp":"2026-01-01T00:00:03Z","log.level":"Warning","message":"slow","trace.id":"4BF92F35-77B3-4DA6-A3CE-929D0E0E4736"}`,
    'warn',
    'slow',
    3,
    [TRACE],
  ],
  [
    'an error object',
    '{"level":"error","msg":"failed","err":{"message":"disk full","code":"ENOSPC"}}',
    'error',
    'failed: disk full',
  ],
  [
    'a traceparent',
    `{"msg":"x","traceparent":"00-${TRACE}-00f067aa0ba902b7-01"}`,
    undefined,
    'x',
    undefined,
    [TRACE],
  ],
  [
    'logfmt',
    `ts=1767225604 level=info msg="hello \\"you\\"" reqId=${TRACE}`,
    'info',
    'hello "you"',
    4,
    [TRACE],
  ],
  [
    'text',
    `2026-01-01 00:00:05,250Z ERROR [http] ${TRACE} no`,
    'error',
    ` ERROR [http] ${TRACE} no`,
    5.25,
    [TRACE],
  ],
  ['text with an equals sign', 'a = b', undefined, 'a = b'],
  ['JSON that is none', '{"level": 30, "msg": ', undefined, '{"level": 30, "msg": '],
  ['JSON that is a list', '[1, 2]', undefined, '[1, 2]'],
  ['numbers out of range', '{"time":1e300,"level":1e9,"msg":"x"}', 'fatal', 'x'],
]

for (const [title, line, level, message, second, ids = []] of LINES) {
  test(`a line of ${title}`, () => {
    const [entry] = read([`${line}\n`]).entries
    assert.deepEqual([entry!.level, entry!.message, entry!.text], [level, message, line])
    assert.equal(entry!.at, second === undefined ? undefined : Date.UTC(2026, 0, 1) + second * 1_000)
    assert.deepEqual(entry!.ids.toSorted(), ids.toSorted())
  })
}

test('a pattern says where time, level, trace and message stand; what does not fit belongs to the line before', () => {
  const pattern = /^(?<time>\S+) (?<level>\w+) <(?<trace>[^>]*)> (?<message>.*)$/u
  const { entries } = read(
    ['2026-01-01T00:00:01Z WARN <id-1> hello\nand more\n2026-01-01T00:00:02Z INFO <> next\n'],
    pattern,
  )
  assert.deepEqual(
    entries.map(({ at, level, message, text, ids }) => [
      at! % 60_000,
      level,
      message,
      text.split('\n').length,
      ids,
    ]),
    [
      [1_000, 'warn', 'hello', 2, ['id-1']],
      [2_000, 'info', 'next', 1, []],
    ],
  )
})

const STACKS = [
  'Error: boom\n    at f (/a.js:1:2)\n    at g (/a.js:3:4) {\n  code: 7\n}',
  'ERROR java.lang.IllegalStateException: no\n\tat a.B.c(B.java:7)\nCaused by: java.io.IOException: pipe\n\tat d.E.f(E.java:8)\n\t... 12 more',
  'Traceback (most recent call last):\n  File "app.py", line 3, in f\n    g()\nValueError: bad gpa',
  'panic: runtime error: index out of range\n\tgoroutine 1 [running]:',
]

test('stacks stay with their line, whoever wrote them', () => {
  const { entries } = read([`${STACKS.join('\n')}\n{"msg":"after"}\n`])
  assert.deepEqual(
    entries.map(({ text }) => text),
    [...STACKS, '{"msg":"after"}'],
  )
  assert.deepEqual(
    entries.slice(0, 4).map(({ level }) => level),
    ['error', 'error', 'error', 'fatal'],
  )
  assert.equal(entries[2]!.message, 'ValueError: bad gpa')
})

test('an endless stack is cut, and goes on to belong to its line', () => {
  const { entries } = read([`Error: boom\n${'    at f (/a.js:1:2)\n'.repeat(100_000)}{"msg":"after"}\n`])
  assert.deepEqual(
    [entries.length, entries[0]!.text.length < 70_000, entries[1]!.message],
    [2, true, 'after'],
  )
})

test('however the bytes come, the entries are the same', () => {
  const log = Buffer.from(
    `${LINES.map(([, line]) => line).join('\r\n')}\n${STACKS.join('\n')}\nün€xpected 🎓\n`,
  )
  const whole = read([log]).entries
  for (const size of [1, 2, 3, 7, 64, 1000]) {
    const chunks = Array.from({ length: Math.ceil(log.length / size) }, (_, i) =>
      log.subarray(i * size, (i + 1) * size),
    )
    assert.deepEqual(read(chunks).entries, whole)
  }
})

test('of a line of many megabytes the beginning is read, and told; the next is whole', () => {
  const long = `{"msg":"${'x'.repeat(5_000_000)}`
  const chunks = [...(long.match(/.{1,65536}/g) ?? []), '"}\n', '{"level":"warn","msg":"next"}\n']
  const { entries, parser } = read(chunks)
  assert.deepEqual([entries.length, entries[1]!.message, parser.cut, parser.lines], [2, 'next', 1, 2])
  assert.equal(entries[0]!.text.length, 256 * 1024)
  assert.equal(read([chunks.join('')]).parser.cut, 1)
})

test('what is no UTF-8 is read with marks in its place', () => {
  const { entries } = read([Buffer.from([0xff, 0xfe, 0x41, 0x0a]), '{"msg":"next"}\n', Buffer.from([0xc3])])
  assert.deepEqual(
    entries.map(({ message }) => message),
    ['��A', 'next', '�'],
  )
})
