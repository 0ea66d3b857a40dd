import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '../../src/analysis/finding.ts'
import { renderFindings } from '../../src/report/findings.ts'
import { widthOf } from '../../src/report/format.ts'

const finding: Finding = {
  id: 'repeated-input',
  severity: 'failure',
  title: '19 of 601 POST /students failed: the e-mail had been sent before in this run.',
  explains: { failures: 19, of: 19 },
  certainty: 'certain',
  evidence: ['19 of 19 failing, 0 of 582 passing.', 'b', 'c', 'd'],
  rivals: [],
  recommendation:
    'Answer 409 where an e-mail is taken, and let the test draw e-mails that do not repeat themselves.',
}

test('a sentence, three pieces of evidence, the next step; wrapped between words', () => {
  assert.equal(
    renderFindings([finding], undefined, 60),
    `19 of 601 POST /students failed: the e-mail had been sent
before in this run.
  - 19 of 19 failing, 0 of 582 passing.
  - b
  - c
  → Answer 409 where an e-mail is taken, and let the test
    draw e-mails that do not repeat themselves.`,
  )
})

test('three findings whole, of four more the title, the rest by number; doubt stands behind the sentence', () => {
  const doubtful: Finding = { ...finding, certainty: 'likely', evidence: [], recommendation: null }
  const blocks = renderFindings(Array.from({ length: 9 }, () => doubtful)).split('\n\n')
  assert.equal(blocks.length, 4)
  assert.match(blocks[0]!, / \(likely\)$/)
  const rest = blocks[3]!.split('\n')
  assert.equal(rest[0], `· ${finding.title}`)
  assert.deepEqual([rest.length, rest[4]], [5, '2 more findings in the report: --json-file FILE'])
  const kept = renderFindings(
    Array.from({ length: 9 }, () => doubtful),
    undefined,
    80,
    { isKept: true },
  )
  assert.match(kept, /\n2 more findings: proctor explain last$/)
  assert.equal(renderFindings([]), '')
})

test('what a service said moves no cursor, and no line is wider than the terminal', () => {
  const hostile: Finding = { ...finding, title: `a\u001b[2J\nb ${'x'.repeat(200)} ${'y '.repeat(100)}` }
  const lines = renderFindings([hostile], undefined, 80).split('\n')
  assert.ok(!lines.join('').includes('\u001b'))
  for (const line of lines) assert.ok(widthOf(line) <= 80 || line.includes('xxx'), line)
})
