import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exceptionsCsv, failuresCsv, historyCsv, statsCsv } from '../../src/report/csv.ts'
import { recordOf } from './run-fixture.ts'

/** Cells of each line, for what holds no quotes. */
const cells = (csv: string): string[][] =>
  csv
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','))

const record = recordOf(
  [
    { name: '/a', count: 30, ms: 10 },
    { method: 'POST', name: '/b', count: 10, failures: 4, ms: 40 },
  ],
  3,
)

test('_stats.csv has Locust’s columns; its last line is over all', () => {
  const [headings, ...rows] = cells(statsCsv(record))
  assert.equal(headings!.length, 22)
  assert.deepEqual(headings!.slice(0, 5), [
    'Type',
    'Name',
    'Request Count',
    'Failure Count',
    'Median Response Time',
  ])
  assert.deepEqual(headings!.slice(11), [
    '50%',
    '66%',
    '75%',
    '80%',
    '90%',
    '95%',
    '98%',
    '99%',
    '99.9%',
    '99.99%',
    '100%',
  ])
  assert.deepEqual(
    rows.map((row) => row.slice(0, 5)),
    [
      ['GET', '/a', '90', '0', '10'],
      ['POST', '/b', '30', '12', '40'],
      ['', 'Aggregated', '120', '12', String(record.total.medianMs)],
    ],
  )
  for (const row of rows) assert.equal(row.length, headings!.length)
})

test('percentiles are those of the histogram, within its 0.3 %', () => {
  const all = cells(statsCsv(record)).at(-1)!.map(Number)
  const [p50, p66, p75, , , , , , , , p100] = all.slice(11)
  assert.ok(Math.abs(p50! - 10) < 0.03 && Math.abs(p66! - 10) < 0.03 && Math.abs(p75! - 10) < 0.03)
  assert.equal(p100, 40)
  assert.deepEqual([all[16], all[18]], [record.total.p95Ms, record.total.p99Ms])
})

test('_stats_history.csv has each second, and the run until then', () => {
  const [headings, ...rows] = cells(historyCsv(record))
  assert.equal(headings!.length, 24)
  assert.deepEqual(
    rows.map((row) => [row[1], row[3], row[4], row[5], row[17], row[18], row[20], row[21], row[22]]),
    [1, 2, 3].map((second) => [
      '50',
      'Aggregated',
      '40',
      '4',
      String(40 * second),
      String(4 * second),
      '17.5',
      '10',
      '40',
    ]),
  )
})

test('a service’s words stay in their cell, and are no formula', () => {
  const hostile = recordOf([{ name: '/a,"b"\n', count: 1, failures: 1, signature: '=HYPERLINK("x")' }])
  assert.ok(failuresCsv(hostile).includes(`GET,"/a,""b""\n","'=HYPERLINK(""x"")",1,`))
  const thrown = recordOf([], 1, [{ user: 'U', task: 't', message: '@SUM(1)', stack: 'at x' }])
  assert.ok(exceptionsCsv(thrown).includes(`1,'@SUM(1),at x,local\r\n`))
})

test('a run without a request has its lines all the same', () => {
  const nothing = recordOf([])
  assert.match(statsCsv(nothing), /\r\n,Aggregated,0,0,0,0,0,0,0,0,0,N\/A,/)
  assert.match(historyCsv(nothing), /,Aggregated,0,0,N\/A,/)
})
