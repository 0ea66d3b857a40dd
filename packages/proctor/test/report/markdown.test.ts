import assert from 'node:assert/strict'
import { test } from 'node:test'
import { analyse } from '../../src/analysis/analyse.ts'
import { renderMarkdown } from '../../src/report/markdown.ts'
import { toReport } from '../../src/report/report.ts'
import { phasesOf } from '../../src/http/phases.ts'
import type { RunRecord } from '../../src/run/record.ts'
import { anExchange } from '../http/an-exchange.ts'
import { judged, recordOf } from './run-fixture.ts'

const ASKED = [
  { name: '/students', count: 42 },
  { method: 'POST', name: '/students', count: 20, failures: 3, ms: 8, signature: '409 The e-mail is taken' },
]

function pageOf(record: RunRecord): string {
  return renderMarkdown(toReport(record, analyse(record)))
}

/** The record with the first failure's example. */
function withExample(body: string, server: unknown[] = []): RunRecord {
  const record = recordOf(ASKED)
  const example = {
    request: { method: 'POST', url: 'http://127.0.0.1:5000/students', headers: [], body: '{"gpa":7}' },
    response: {
      status: 409,
      headers: [['Content-Type', 'application/problem+json']] as [string, string][],
      body,
    },
    phases: phasesOf(anExchange()),
    traceId: 'abc',
    server,
  }
  return { ...record, failures: [{ ...record.failures[0]!, example }] }
}

test('the page has the parts and the table of the one that it follows', () => {
  const page = pageOf(recordOf(ASKED, 2, [], judged('p99<1ms, failures<50%', ASKED, 2)))
  assert.deepEqual(
    page.split('\n').filter((line) => line.startsWith('#')),
    [
      '# Load Testing - students.ts against http://127.0.0.1:5000',
      '## Overview',
      '## Observations from Load Testing',
      '### Summary Table',
      '### Percentiles',
      '### Thresholds',
      '### Observations',
      '## Recommendations',
      '## Failures',
      '### POST /students: 409 The e-mail is taken',
      '## Notes',
    ],
  )
  assert.ok(
    page.includes(`
| Request | # Requests | # Failures | Median (ms) | Average (ms) | Min (ms) | Max (ms) | Avg Size (bytes) |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| GET /students | 84 | 0 | 13.0 | 13.0 | 13.0 | 13.0 | 100.00 |
| POST /students | 40 | 6 | 8.00 | 8.00 | 8.00 | 8.00 | 100.00 |
| **Aggregated** | 124 | 6 | 13.0 | 11.4 | 8.00 | 13.0 | 100.00 |
`),
  )
  assert.ok(
    page.includes('\n- **missed**: p99\\<1ms: 13.0 ms\n') ||
      page.includes('\n- **missed**: p99&lt;1ms: 13.0 ms\n'),
  )
})

test("the scenario's own figures have tables of their own", () => {
  const record = recordOf(ASKED)
  const times = {
    medianMs: 7,
    averageMs: 8,
    minMs: 1,
    maxMs: 90,
    p90Ms: 40,
    p95Ms: 50,
    p99Ms: 80,
    p999Ms: 90,
  }
  const none = { min: null, max: null, average: null, median: null, p95: null, p99: null }
  const page = pageOf({
    ...record,
    transactions: [
      { name: 'check | out', count: 12, failures: 1, perSecond: 6, failuresPerSecond: 0.5, ...times },
    ],
    metrics: [
      { name: 'orders', kind: 'counter', unit: '', count: null, value: 12, perSecond: 6, ...none },
      { name: 'paid', kind: 'rate', unit: '', count: 8, value: 0.75, perSecond: null, ...none },
    ],
  })
  assert.ok(page.includes('| check \\| out | 12 | 1 | 7.00 | 50.0 | 80.0 |'), page)
  assert.ok(page.includes('| orders | 12 | 6 |'), page)
  assert.ok(page.includes('| paid | 75.0 % |'), page)
})

test('a failure stands there as it went over the wire, with what the service said', () => {
  const page = pageOf(
    withExample('{"title":"taken"}', [
      { level: 'warn', message: 'x', text: '{"level":"warn","msg":"e-mail taken"}', at: null, source: 'a' },
    ]),
  )
  assert.ok(
    page.includes(`\`\`\`http
POST http://127.0.0.1:5000/students

{"gpa":7}
\`\`\`

\`\`\`http
HTTP/1.1 409
Content-Type: application/problem+json

{"title":"taken"}
\`\`\`

Trace id: \`abc\`

The service said:

\`\`\`
{"level":"warn","msg":"e-mail taken"}
\`\`\``),
  )
})

test('what a service writes ends no block, no cell and no line, and is no markup', () => {
  const page = pageOf(withExample('```\n# owned\n````\n\u001b[31mred\u202e'))
  assert.ok(page.includes('\n`````http\nHTTP/1.1 409\n'))
  assert.ok(page.includes('\n```\n# owned\n````\n·[31mred·\n`````\n'))
  const hostile = pageOf(recordOf([{ name: '/a|b<script>\n# c `d` [e](f)', count: 1 }]))
  assert.ok(hostile.includes('| GET /a\\|b&lt;script\\> \\# c \\`d\\` \\[e\\](f) | 1 |'), hostile)
})

test('a body that goes on for long is cut, and says so', () => {
  const page = pageOf(withExample('x'.repeat(5_000)))
  assert.ok(page.includes(`${'x'.repeat(2_000)}\n… (5000 characters)\n`))
})

test('without a request there is a page, too', () => {
  assert.match(pageOf(recordOf([])), /\n0 requests in 1\.0 s, 0\.0 a second, 0 failures \(0 %\)\.\n/)
})
