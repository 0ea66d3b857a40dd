import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UserCounts } from '../../src/evidence/user-counts.ts'
import { joinHash, ValueCounts } from '../../src/evidence/value-counts.ts'

/** Of each user its text, how many requests it made, and the first time. */
function countsOf(users: UserCounts): Map<string | undefined, [count: number, firstAt: number]> {
  const { values, texts } = users.drain()
  const names = new Map(texts)
  const merged = new ValueCounts(Infinity)
  merged.mergeWire(values)
  const counts = new Map<string | undefined, [number, number]>()
  merged.forEach((high, low, count, firstAt) => counts.set(names.get(joinHash(high, low)), [count, firstAt]))
  return counts
}

test('requests of each user are counted, with the first time, however large its number', () => {
  const users = new UserCounts(100, true)
  for (const [user, at] of [
    [3, 50],
    [3, 40],
    [5_000, 70],
    [0, 60],
    [5_000, 65],
    [3, 80],
  ] as const) {
    users.add(user, at)
  }
  assert.deepEqual(
    countsOf(users),
    new Map([
      ['0', [1, 60]],
      ['3', [3, 40]],
      ['5000', [2, 65]],
    ]),
  )
  users.add(3, 90)
  assert.deepEqual([...countsOf(users).values()], [[1, 90]])
})
