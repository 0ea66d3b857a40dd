import assert from 'node:assert/strict'
import { test } from 'node:test'
import { widthOf } from '../../src/report/format.ts'
import { type Column, renderTable } from '../../src/report/table.ts'

type Row = [string, number, string]

const COLUMNS: Column<Row>[] = [
  { heading: 'Request', align: 'left', cell: ([name]) => name },
  {
    heading: 'Count',
    unit: '(n)',
    align: 'right',
    cell: ([, count]) => String(count),
    tone: ([, count]) => (count > 99 ? 'bad' : undefined),
  },
  { heading: 'What came', align: 'left', cell: ([, , text]) => text },
]

test('cells stand under their headings: names to the left, figures to the right', () => {
  assert.deepEqual(
    renderTable(
      COLUMNS,
      [
        ['GET /', 7, 'ok'],
        ['学生名簿', 12345, 'Gone fishing'],
      ],
      ['All', 1, ''],
    ),
    [
      'Request   Count  What came',
      '            (n)',
      '────────  ─────  ─────────',
      'GET /         7  ok',
      '学生名簿  12345  Gone fishing',
      '────────  ─────  ─────────',
      'All           1',
    ],
  )
})

test('a long name is cut, a long text at the end of the line is not', () => {
  const [, , rule, row] = renderTable(COLUMNS, [[`/${'x'.repeat(200)}`, 7, 'y'.repeat(200)]])
  assert.equal(rule, `${'─'.repeat(48)}  ─────  ─────────`)
  assert.equal(row, `/${'x'.repeat(46)}…      7  ${'y'.repeat(200)}`)
  assert.equal(widthOf(row.split('  ')[0]!), 48)
})

test('tones paint padded cells, so that nothing is out of line', () => {
  const painted = renderTable(COLUMNS, [['GET /', 100, 'ok']], undefined, (tone, text) =>
    tone === undefined ? text : `<${tone}:${text}>`,
  )
  assert.equal(painted.at(-1), 'GET /    <bad:  100>  ok')
  assert.equal(painted.at(-2), '<quiet:───────  ─────  ─────────>')
})

test('no rows are headings and a rule', () => {
  assert.equal(renderTable(COLUMNS, []).length, 3)
})

test('what wraps goes on below its heading, and no line is wider than a summary', () => {
  const columns = [
    { heading: '#', align: 'right', cell: ({ count }: { count: number }) => String(count) },
    { heading: 'What came', align: 'left', wraps: true, cell: () => `500 ${'words '.repeat(20)}end` },
  ] as const
  const lines = renderTable(columns, [{ count: 7 }])
  assert.match(lines[2]!, /^7 {2}500 words/)
  assert.match(lines[3]!, /^ {3}words .*end$/)
  for (const line of lines) assert.ok(line.length <= 80, line)
})
