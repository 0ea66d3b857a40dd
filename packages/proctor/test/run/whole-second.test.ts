import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Timeline } from '../../src/run/timeline.ts'
import { snapshotOf } from '../report/run-fixture.ts'

test('a whole second answers what it was made of, also where nothing was answered', () => {
  const timeline = new Timeline()
  timeline.add(
    snapshotOf(0, [
      { name: '/a', count: 3, ms: 12.345, failures: 1 },
      { name: '/b', count: 1 },
    ]),
  )
  timeline.add(snapshotOf(1, []))
  const [first, second] = timeline.seconds
  const [a, b] = first!.requests
  assert.deepEqual([a!.name, a!.count, a!.failures], ['/a', 3, 1])
  assert.ok(Math.abs(a!.medianMs! - 12.345) / 12.345 < 0.003)
  assert.deepEqual([b!.name, b!.count], ['/b', 1])
  assert.deepEqual(second!.requests, [])
  assert.deepEqual(JSON.parse(JSON.stringify(first)), JSON.parse(JSON.stringify(first!.toJSON())))
})
