import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expect } from '../../src/scenario/expect.ts'

const passing: (() => void)[] = [
  () => expect(Number.NaN).toBe(Number.NaN),
  () => expect({ a: [1] }).toEqual({ a: [1] }),
  () => expect(0).toBeDefined(),
  () => expect(1).toBeLessThan(2),
  () => expect(3).toBeGreaterThan(2),
  () => expect([1, 2]).toContain(2),
  () => expect('Welcome').toContain('come'),
  () => expect('Welcome').toMatch(/^W/),
  () => expect([1, 2]).toHaveLength(2),
  () => expect(1).not.toBe(2),
  () => expect(undefined).not.toBeDefined(),
  () => expect(1).not.not.toBe(1),
]

test('what holds throws nothing', () => {
  for (const holds of passing) holds()
})

const FAILING: [() => void, string][] = [
  [() => expect(500, 'status').toBe(200), 'expected status to be 200, got 500'],
  [() => expect<unknown>(1).toBe('1'), `expected to be '1', got 1`],
  [() => expect({ a: 1 }).toEqual({ a: 2 }), 'expected to equal { a: 2 }, got { a: 1 }'],
  [() => expect(null, 'id').toBeDefined(), 'expected id to be defined, got null'],
  [() => expect(2).toBeLessThan(2), 'expected to be less than 2, got 2'],
  [() => expect('x').toBeGreaterThan(2), `expected to be greater than 2, got 'x'`],
  [() => expect([1]).toContain(2), 'expected to contain 2, got [ 1 ]'],
  [() => expect('abc', 'page').toMatch(/^b/), `expected page to match /^b/, got 'abc'`],
  [() => expect([1], 'students').toHaveLength(2), 'expected students to have length 2, got [ 1 ]'],
  [() => expect(undefined).toHaveLength(2), 'expected to have length 2, got undefined'],
  [() => expect(1, 'count').not.toBe(1), 'expected count not to be 1, got 1'],
]

for (const [fails, message] of FAILING) {
  test(`says: ${message}`, () => assert.throws(fails, { name: 'ExpectationError', message }))
}

test('what is shown is short', () => {
  assert.throws(
    () => expect('x'.repeat(1_000)).toBe(''),
    ({ message }: Error) => message.length < 150,
  )
})
