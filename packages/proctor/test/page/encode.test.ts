import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeSecond } from '../../src/page/encode.ts'
import { recordOf } from '../report/run-fixture.ts'

test('figures of a second are told with three digits, in the right place', () => {
  const [second] = recordOf([{ name: '/students', count: 3 }]).timeline
  const told = (ms: number): number => {
    const total = { ...second!.total, medianMs: ms }
    return encodeSecond({ ...second!, total }, []).a[2]
  }
  for (const ms of [0.056_78, 0.567_8, 5.678, 56.78, 567.8, 5_678, 56_780, 999.6, 9.996, 0.099_96]) {
    assert.equal(told(ms), Number(ms.toPrecision(3)), `${ms} ms`)
  }
  assert.equal(told(0), 0)
})
