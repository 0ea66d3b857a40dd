import assert from 'node:assert/strict'
import { test } from 'node:test'
import { constant, type Profile, ramp, sampled, stages, valueAt } from '../../src/shape/profile.ts'
import { sampledUsers, usersOf } from '../../src/shape/users-over-time.ts'

const at = (profile: Profile, ...times: number[]): (number | undefined)[] =>
  times.map((ms) => {
    const piece = profile.pieceAt(ms)
    return piece && valueAt(piece, ms)
  })

test('stages go straight from 0 through each point, and stay at the last', () => {
  const profile = stages([
    { atMs: 1_000, value: 10 },
    { atMs: 3_000, value: 10 },
    { atMs: 3_000, value: 4 },
    { atMs: 4_000, value: 0 },
  ])
  assert.deepEqual(at(profile, 0, 500, 1_000, 2_999, 3_000, 3_500, 4_000, 1e9), [0, 5, 10, 10, 4, 2, 0, 0])
})

test('a first stage at 0 is where it begins', () => {
  const profile = stages([
    { atMs: 0, value: 8 },
    { atMs: 1_000, value: 0 },
  ])
  assert.deepEqual(at(profile, 0, 250, 2_000), [8, 6, 0])
})

test('a constant stays', () => {
  assert.deepEqual(at(constant(3), 0, 1e12), [3, 3])
})

test('a function of time is asked ten times a second, and ends with undefined', () => {
  const profile = sampled((seconds) => (seconds < 0.2 ? seconds * 10 : undefined))
  assert.deepEqual(at(profile, 0, 99, 100, 199, 200), [0, 0, 1, 1, undefined])
  const users = sampledUsers((seconds) => (seconds < 0.2 ? { a: seconds * 10, b: 1 } : undefined))
  assert.deepEqual([users.usersAt(150), users.usersAt(200)], [{ a: 1, b: 1 }, undefined])
  assert.deepEqual([users.nextChangeMs(0), users.nextChangeMs(150)], [100, 200])
})

test('a ramp down stops the first at once and the others one by one', () => {
  const users = usersOf(ramp(10, 4, 2, 5_000))
  assert.deepEqual(
    [5_000, 5_499, 5_501, 7_501, 9_000].map((ms) => users.usersAt(ms)),
    [9, 9, 8, 4, 4],
  )
  const walked = [users.usersAt(5_000)]
  for (let ms = users.nextChangeMs(5_000); ms !== undefined; ms = users.nextChangeMs(ms)) {
    walked.push(users.usersAt(ms))
  }
  assert.deepEqual([...new Set(walked)], [9, 8, 7, 6, 5, 4])
})

test('users in stages: up, level and down, every number passed once', () => {
  const users = usersOf(
    stages([
      { atMs: 700, value: 7 },
      { atMs: 900, value: 7 },
      { atMs: 1_500, value: 1 },
    ]),
  )
  const walked = [users.usersAt(0)]
  for (let ms = users.nextChangeMs(0); ms !== undefined; ms = users.nextChangeMs(ms)) {
    if (users.usersAt(ms) !== walked.at(-1)) walked.push(users.usersAt(ms))
  }
  assert.deepEqual(walked, [0, 1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1])
})
