import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PassRuns, Runs } from '../../src/evidence/pass-runs.ts'
import { Random } from '../../src/scenario/random.ts'

test('how many of a user passed in a row, and since when', () => {
  const random = new Random(3, 'runs')
  const runs = new PassRuns()
  const naive = new Map<number, number[]>()
  for (let at = 0; at < 5_000; at++) {
    const user = random.integer(0, random.pick([2, 300, 8_000]))
    const passed = naive.get(user) ?? []
    if (random.chance(0.7)) {
      runs.passed(user, at)
      naive.set(user, [...passed, at])
    } else {
      assert.equal(runs.failed(user), passed.length)
      if (passed.length > 0) assert.equal(runs.beganAt(user), passed[0])
      naive.set(user, [])
    }
  }
})

test('users past 8,192 are not followed, and a run has an end', () => {
  const runs = new PassRuns()
  runs.passed(1e9, 0)
  assert.equal(runs.failed(1e9), 0)
  for (let i = 0; i < 70_000; i++) runs.passed(0, i)
  assert.equal(runs.failed(0), 65_535)
})

test('runs of several seconds and workers add up, of a bounded number of lengths', () => {
  const [one, other] = [new Runs(), new Runs()]
  one.add(3, 5, 100)
  one.add(0, 5, 300)
  other.add(3, 0, Number.NaN)
  for (const wire of [one.toWire()!, other.toWire()!]) one.merge(wire)
  assert.deepEqual(one.toWire(), {
    ofName: [[3, 3]],
    ofUser: [[5, 4]],
    lasted: { count: 4, sumMs: 800, sumOfSquares: 200_000 },
  })
  for (let length = 1; length < 1_000; length++) other.add(length, length, 1)
  assert.equal(other.toWire()!.ofUser.length, 256)
  other.clear()
  assert.equal(other.toWire(), undefined)
})
