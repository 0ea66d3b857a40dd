import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Tally } from '../../src/evidence/tally.ts'

test('keeps the first of a kind, its number and its times', () => {
  const tally = new Tally<string>(10, 'rest')
  tally.add('a', 100, () => 'first')
  tally.add('b', 200, () => 'other')
  tally.add('a', 300, () => assert.fail('only the first is described'))
  assert.deepEqual(tally.groups, [
    { what: 'first', count: 2, firstSeen: 100, lastSeen: 300 },
    { what: 'other', count: 1, firstSeen: 200, lastSeen: 200 },
  ])
})

test('past its limit counts what is new under one key, what is known still under its own', () => {
  const tally = new Tally<string>(2, 'rest')
  for (const [at, key] of ['a', 'b', 'c', 'd', 'a', 'c'].entries()) tally.add(key, at, () => key)
  assert.deepEqual(tally.drain(), [
    ['a', { what: 'a', count: 2, firstSeen: 0, lastSeen: 4 }],
    ['b', { what: 'b', count: 1, firstSeen: 1, lastSeen: 1 }],
    ['(rest)', { what: 'rest', count: 3, firstSeen: 2, lastSeen: 5 }],
  ])
  assert.deepEqual(tally.groups, [])
})

test('merging parts is counting the whole, in whatever order the parts come', () => {
  const events = Array.from({ length: 300 }, (_, at) => ({ at, key: `k${(at * 7) % 13}` }))
  const whole = new Tally<string>(50, 'rest')
  const parts = [0, 1, 2].map(() => new Tally<string>(50, 'rest'))
  for (const { at, key } of events) {
    whole.add(key, at, () => key)
    parts[at % 3]!.add(key, at, () => key)
  }
  const merged = new Tally<string>(50, 'rest')
  for (const part of parts.toReversed()) for (const [key, group] of part.drain()) merged.merge(key, group)
  assert.deepEqual(new Map(merged.drain()), new Map(whole.drain()))
})

test('the rests of two tallies are one rest, and stay within the limit', () => {
  const [first, second] = [new Tally<string>(1, 'rest'), new Tally<string>(1, 'rest')]
  for (const key of ['a', 'b']) first.add(key, 1, () => key)
  for (const key of ['c', 'd']) second.add(key, 2, () => key)
  for (const [key, group] of second.drain()) first.merge(key, group)
  assert.deepEqual(
    first.groups.map(({ what, count }) => [what, count]),
    [
      ['a', 1],
      ['rest', 3],
    ],
  )
})

test('what is merged is a copy: the other tally is left alone', () => {
  const group = { what: 'a', count: 1, firstSeen: 5, lastSeen: 5 }
  const tally = new Tally<string>(5, 'rest')
  tally.merge('a', group)
  tally.add('a', 9, () => 'a')
  assert.equal(group.count, 1)
})
