import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Random } from '../../src/scenario/random.ts'
import { ScenarioError } from '../../src/scenario/scenario-error.ts'
import {
  between,
  constant,
  constantPacing,
  constantThroughput,
  exponential,
  logNormal,
  type WaitTime,
} from '../../src/scenario/wait-time.ts'

const WAITS = 50_000
const THIS_FILE = fileURLToPath(import.meta.url)

function waits(waitTime: WaitTime): number[] {
  const random = new Random(11, 'waits')
  return Array.from({ length: WAITS }, () => waitTime({ random, taskSeconds: 0 })).toSorted((a, b) => a - b)
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value) / values.length
const after = (waitTime: WaitTime, taskSeconds: number): number =>
  waitTime({ random: new Random(1, 'x'), taskSeconds })

function assertNear(actual: number, expected: number, standardError: number): void {
  assert.ok(Math.abs(actual - expected) < 4 * standardError, `${actual} is not near ${expected}`)
}

test('between: evenly between its bounds', () => {
  const values = waits(between(1, 2))
  assert.ok(values[0]! >= 1 && values.at(-1)! <= 2)
  assertNear(mean(values), 1.5, Math.sqrt(1 / 12 / WAITS))
  assertNear(values[WAITS / 4]!, 1.25, Math.sqrt(0.1875 / WAITS))
})

test('constant: always the same', () => {
  assert.deepEqual(
    [constant(0), constant(2.5)].map((wait) => after(wait, 9)),
    [0, 2.5],
  )
})

test('constantPacing: what the task has left over, never less than nothing', () => {
  assert.deepEqual(
    [0, 0.25, 1, 7].map((seconds) => after(constantPacing(1), seconds)),
    [1, 0.75, 0, 0],
  )
})

test('constantThroughput: so many tasks a second', () => {
  assert.equal(after(constantThroughput(4), 0.05), 0.2)
})

test('exponential: its mean, and its median at ln 2 of it', () => {
  const values = waits(exponential(3))
  assert.ok(values[0]! >= 0)
  assertNear(mean(values), 3, 3 / Math.sqrt(WAITS))
  assertNear(values[WAITS / 2]!, 3 * Math.LN2, 3 / Math.sqrt(WAITS))
})

test('logNormal: its median, and one in 20 over 2.3 × the median at sigma 0.5', () => {
  const values = waits(logNormal(2, 0.5))
  assertNear(Math.log(values[WAITS / 2]!), Math.log(2), 0.5 * Math.sqrt(Math.PI / 2 / WAITS))
  const long = values.filter((value) => value > 2 * Math.exp(0.5 * 1.6449)).length / WAITS
  assertNear(long, 0.05, Math.sqrt((0.05 * 0.95) / WAITS))
  assert.deepEqual(new Set(waits(logNormal(2, 0))), new Set([2]))
})

/** Each with what is expected and what came; `as never` stands for a scenario that nobody type-checked. */
const BAD: [string, () => WaitTime, RegExp][] = [
  ['between(2, 1)', () => between(2, 1), /between\(low, high\): 0 ≤ low ≤ high; got 2, 1$/],
  ['between(-1, 1)', () => between(-1, 1), /got -1, 1$/],
  ['between(1, NaN)', () => between(1, Number.NaN), /got 1, NaN$/],
  ['between(0, Infinity)', () => between(0, Infinity), /got 0, Infinity$/],
  ["between('1', 2)", () => between('1' as never, 2), /got "1", 2$/],
  ['between(1)', () => (between as (low: number) => WaitTime)(1), /got 1, undefined$/],
  ['constant(-1)', () => constant(-1), /constant\(seconds\): seconds ≥ 0; got -1$/],
  [
    'constantPacing(NaN)',
    () => constantPacing(Number.NaN),
    /constantPacing\(seconds\): seconds ≥ 0; got NaN$/,
  ],
  [
    'constantThroughput(0)',
    () => constantThroughput(0),
    /constantThroughput\(perSecond\): perSecond > 0; got 0$/,
  ],
  ['exponential(-1)', () => exponential(-1), /exponential\(mean\): mean ≥ 0; got -1$/],
  ['logNormal(0, 1)', () => logNormal(0, 1), /logNormal\(median, sigma\): median > 0, sigma ≥ 0; got 0, 1$/],
  ['logNormal(1, -1)', () => logNormal(1, -1), /got 1, -1$/],
]

for (const [call, make, message] of BAD) {
  test(`${call} is refused with the scenario's own line`, () => {
    assert.throws(make, (error) => {
      assert.ok(error instanceof ScenarioError)
      assert.match(error.message, message)
      // The line is that of the row in the table above.
      assert.match(error.place ?? '', /wait-time\.test\.ts:\d+:\d+$/)
      assert.ok(error.place?.startsWith(`${THIS_FILE}:`))
      return true
    })
  })
}
