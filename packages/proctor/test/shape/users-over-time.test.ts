import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ramp as profileOf } from '../../src/shape/profile.ts'
import { usersOf } from '../../src/shape/users-over-time.ts'

const ramp = (users: number, perSecond: number) => usersOf(profileOf(0, users, perSecond))

test('starts the first user at once and the i-th after i/rate seconds', () => {
  const { usersAt } = ramp(50, 5)
  assert.deepEqual([0, 199.999, 200, 400, 1_000].map(usersAt), [1, 1, 2, 3, 6])
  assert.deepEqual([9_799.999, 9_800, 1e9].map(usersAt), [49, 50, 50])
})

test('names each start to the very reading at which it happens, whatever the rate', () => {
  for (const rate of [0.001, 0.1, 1 / 3, 0.7, 3, 7, 9.99, 30, 1_000, 123_456.789]) {
    const { usersAt, nextChangeMs } = ramp(500, rate)
    for (let user = 1; user < 500; user++) {
      const dueMs = (user * 1000) / rate
      assert.equal(usersAt(dueMs), user + 1, `user ${user} at ${rate}/s`)
      const next = nextChangeMs(dueMs)
      if (user < 499) assert.ok(Math.abs(next! - ((user + 1) * 1000) / rate) < 1e-6, `${next}`)
    }
  }
})

test('walking from change to change starts every user once and never goes back', () => {
  for (const [users, rate] of [
    [1, 1],
    [7, 0.25],
    [100, 33.3],
    [1_000, 1e6],
  ] as const) {
    const shape = ramp(users, rate)
    const seen = [shape.usersAt(0)]
    for (let at = shape.nextChangeMs(0); at !== undefined; at = shape.nextChangeMs(at))
      seen.push(shape.usersAt(at))
    assert.deepEqual(
      [...new Set(seen)],
      Array.from({ length: users }, (_, user) => user + 1),
    )
  }
})

test('between two changes the number stays', () => {
  const { usersAt, nextChangeMs } = ramp(40, 3.3)
  for (let ms = 0; ms < 12_000; ms += 7.3) {
    const next = nextChangeMs(ms)
    if (next === undefined) continue
    assert.ok(next > ms, `the change after ${ms} is at ${next}`)
    assert.equal(usersAt(ms + (next - ms) * 0.999), usersAt(ms))
  }
})

test('a rate beyond all measure starts everyone at once; one near nothing starts one', () => {
  assert.equal(ramp(1_000_000, 1e300).usersAt(0.001), 1_000_000)
  assert.equal(ramp(10, Number.MIN_VALUE).usersAt(1e12), 1)
})
