import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { formatChange, formatPoints } from '../src/format.ts'
import { COMPARED, type Side } from '../src/runs/difference.ts'

const sideOf = (row: Partial<Side['row']>): Side => ({
  row: { count: 10_000, failures: 0, medianMs: 10, p95Ms: 20, p99Ms: 30, ...row },
  seconds: 60,
})

function worse(label: string, base: Partial<Side['row']>, later: Partial<Side['row']>): number {
  const compared = COMPARED.find((each) => each.label === label)!
  return Math.sign(compared.isWorse(sideOf(base), sideOf(later)))
}

suite('differences between two runs', () => {
  test('have their sign, and no more digits than mean something', () => {
    assert.equal(formatChange(200, 224), '+12 %')
    assert.equal(formatChange(100, 96.9), '−3.1 %')
    assert.equal(formatChange(5, 5), '±0 %')
    assert.equal(formatChange(0, 0), '±0 %')
    assert.equal(formatChange(0, 5), '–')
    assert.equal(formatChange(null, 5), '–')
    assert.equal(formatPoints(0.02, 0.035), '+1.5 points')
    assert.equal(formatPoints(0.5, 0.4995), '−0.05 points')
  })

  for (const [what, label, base, later, sign] of [
    ['slower', 'p99 (ms)', {}, { p99Ms: 40 }, 1],
    ['faster', 'p50 (ms)', {}, { medianMs: 5 }, -1],
    ['hardly slower', 'p99 (ms)', {}, { p99Ms: 31 }, 0],
    ['slower by a few requests', 'p99 (ms)', { count: 500 }, { count: 500, p99Ms: 60 }, 0],
    ['faster, and failing', 'p50 (ms)', {}, { medianMs: 5, failures: 9_000 }, 0],
    ['without a figure', 'p95 (ms)', { p95Ms: null }, {}, 0],
    ['failing', 'Failures', {}, { failures: 100 }, 1],
    ['no longer failing', 'Failures', { failures: 100 }, {}, -1],
    ['failing once', 'Failures', {}, { failures: 1 }, 0],
    ['without a request', 'Failures', { count: 0 }, { count: 0 }, 0],
    ['more at work', 'Requests', {}, { count: 20_000 }, 0],
  ] as const) {
    test(`${what}: ${['better', 'neither', 'worse'][sign + 1]}`, () => {
      assert.equal(worse(label, base, later), sign)
    })
  }
})
