import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UserTimes } from '../../src/evidence/user-times.ts'
import { Random } from '../../src/scenario/random.ts'

test('how long each user idled, and how long it had been there', () => {
  const random = new Random(4, 'users')
  const times = new UserTimes()
  const naive = new Map<number, { firstAt: number; lastEndedAt: number }>()
  const measures = new Float64Array(3)
  for (let startedAt = 0; startedAt < 5_000; startedAt++) {
    const user = random.integer(0, random.pick([3, 300, 70_000]))
    const known = naive.get(user)
    times.measure(user, startedAt, startedAt + 0.5, measures, 1)
    const expected = known ? [startedAt - known.lastEndedAt, startedAt - known.firstAt] : [0, 0]
    assert.deepEqual([...measures.subarray(1)], expected)
    naive.set(user, { firstAt: known?.firstAt ?? startedAt, lastEndedAt: startedAt + 0.5 })
  }
})

test('users past a million begin anew with each request', () => {
  const times = new UserTimes()
  const measures = new Float64Array(2).fill(7)
  for (let i = 0; i < 2; i++) times.measure(2 ** 30, 10 * i, 10 * i + 1, measures, 0)
  assert.deepEqual([...measures], [0, 0])
})
