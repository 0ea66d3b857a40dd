import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MixShare, mixUsers as mixOf } from '../../src/scenario/user-mix.ts'

const mixUsers = (shares: readonly MixShare[], users: number): string[] => mixOf(shares).take(users).toArray()

const share = (name: string, weight: number, fixedCount = 0): MixShare => ({ name, weight, fixedCount })
const countOf = (mix: readonly string[], name: string): number => mix.filter((other) => other === name).length

test('keeps each class within one user of its share at every number of users', () => {
  const weights = { a: 1, b: 2, c: 7.5, d: 0.3 }
  const total = 10.8
  const mix = mixUsers(
    Object.entries(weights).map(([name, weight]) => share(name, weight)),
    1_000,
  )
  for (let users = 1; users <= 1_000; users++) {
    const prefix = mix.slice(0, users)
    for (const [name, weight] of Object.entries(weights)) {
      const off = countOf(prefix, name) - (users * weight) / total
      assert.ok(Math.abs(off) <= 1, `${name}: ${off} off after ${users} users`)
    }
  }
})

test('starts the fixed counts first, beside no share by weight', () => {
  const mix = mixUsers([share('reader', 1), share('admin', 5, 2)], 6)
  assert.deepEqual(mix, ['admin', 'admin', 'reader', 'reader', 'reader', 'reader'])
})

test('starts as many as there are to be, when more are fixed', () => {
  assert.deepEqual(mixUsers([share('a', 1, 2), share('b', 1, 1e12)], 3), ['a', 'a', 'b'])
})

test('starts no more than the fixed counts where there is nothing else', () => {
  assert.deepEqual(mixUsers([share('a', 1, 2)], 10), ['a', 'a'])
})

test('starts nobody for no users', () => {
  assert.deepEqual(mixUsers([share('a', 1), share('b', 1, 3)], 0), [])
})
