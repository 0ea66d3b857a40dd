import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exitCodeOf } from '../../src/cli/exit-codes.ts'
import type { RunEnd } from '../../src/run/run.ts'
import { judged, recordOf } from '../report/run-fixture.ts'

test('where several hold, the first of 130, 4, 3, 1', () => {
  const sound = recordOf([{ name: '/', count: 1 }])
  const failing = recordOf([{ name: '/', count: 2, failures: 1 }])
  const missing = recordOf([{ name: '/', count: 1 }], 1, [], judged('p99<1us', [{ name: '/', count: 1 }]))
  const asVoid = { ...failing, generator: { ...failing.generator, verdict: 'void' as const } }
  const ends: [RunEnd['state'], RunEnd['record'], number][] = [
    ['stopped', asVoid, 130],
    ['crashed', asVoid, 4],
    ['aborted', asVoid, 3],
    ['completed', asVoid, 3],
    ['completed', failing, 1],
    ['completed', missing, 1],
    ['completed', { ...sound, generator: { ...sound.generator, verdict: 'suspect' } }, 0],
    ['completed', sound, 0],
  ]
  for (const [state, record, code] of ends) {
    assert.equal(
      exitCodeOf({ state, record, error: undefined }),
      code,
      `${state} ${record.generator.verdict}`,
    )
  }
})
