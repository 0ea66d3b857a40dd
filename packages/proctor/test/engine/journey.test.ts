import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Journey } from '../../src/engine/journey.ts'
import { Random } from '../../src/scenario/random.ts'
import { leave } from '../../src/scenario/signal.ts'
import type { Tasks } from '../../src/scenario/task-set.ts'
import { defineUser, type UserDefinition } from '../../src/scenario/user.ts'
import { constant } from '../../src/scenario/wait-time.ts'

const run = (): void => {}

function journeyOf(tasks: Tasks, more: Partial<UserDefinition> = {}): Journey {
  return new Journey(defineUser({ waitTime: constant(9), tasks, ...more }), new Random(7, 'it'))
}

/** Names of the next steps, each with the seconds waited behind it; a task called `leave` leaves. */
function walk(journey: Journey, steps: number): string[] {
  const random = new Random(1, 'wait')
  return Array.from({ length: steps }, () => {
    const step = journey.next()
    if (step === undefined) return 'nothing'
    if (step.name.endsWith('leave')) journey.leave()
    return `${step.name} ${journey.settle()({ random, taskSeconds: 0 })}`
  })
}

test('a sequence goes through once, thinks by its own wait within and by the parent’s behind', () => {
  const buy = { waitTime: constant(1), onStart: run, onStop: run, sequence: { look: run, pay: run } }
  assert.deepEqual(walk(journeyOf({ buy }), 5), [
    'buy.onStart 0',
    'buy.look 1',
    'buy.pay 0',
    'buy.onStop 9',
    'buy.onStart 0',
  ])
})

test('without hooks the wait behind the last step is the parent’s, and an inner set waits as the one around it', () => {
  const inner = { sequence: { a: run, b: run } }
  const outer = { waitTime: constant(2), sequence: { inner, last: run } }
  assert.deepEqual(walk(journeyOf({ outer }), 3), ['outer.inner.a 2', 'outer.inner.b 2', 'outer.last 9'])
})

test('rounds repeat a sequence; leaveAfter ends a set', () => {
  const twice = { rounds: 2, waitTime: constant(1), sequence: { a: run, b: run } }
  assert.deepEqual(walk(journeyOf({ twice }), 4), ['twice.a 1', 'twice.b 1', 'twice.a 1', 'twice.b 9'])
  const three = { leaveAfter: 3, waitTime: constant(1), tasks: { a: run } }
  assert.deepEqual(walk(journeyOf({ three }), 3), ['three.a 1', 'three.a 1', 'three.a 9'])
})

test('leave: nothing is waited for, the onStop of the set follows', () => {
  const forum = { onStop: run, sequence: { leave, never: run } }
  assert.deepEqual(walk(journeyOf({ forum }), 3), ['forum.leave 0', 'forum.onStop 0', 'forum.leave 0'])
})

test('a set that could not be entered is left without its onStop, and the parent waits', () => {
  const forum = { onStart: run, onStop: run, sequence: { read: run } }
  const journey = journeyOf({ forum })
  assert.equal(journey.next()?.name, 'forum.onStart')
  journey.abandon()
  assert.equal(journey.isAmidst, false)
  assert.equal(journey.settle()({ random: new Random(1, ''), taskSeconds: 0 }), 9)
})

test('who is stopped leaves all sets, the innermost first', () => {
  const inner = { onStop: run, tasks: { a: run } }
  const middle = { tasks: { inner } }
  const journey = journeyOf({ outer: { onStop: run, tasks: { middle } } })
  journey.next()
  assert.deepEqual(
    journey.leaveAll().map(({ name }) => name),
    ['outer.middle.inner.onStop', 'outer.onStop'],
  )
  assert.equal(journey.isAmidst, false)
})

test('times bounds a task of one user, then a set, then all there is', () => {
  const tasks = { once: { times: 1, run }, set: { leaveAfter: 1, tasks: { twice: { times: 2, run } } } }
  const walked = walk(journeyOf(tasks), 4)
  assert.deepEqual(walked.toSorted(), ['nothing', 'once 9', 'set.twice 9', 'set.twice 9'])
})

test('iterations bounds what one user does; a set is one', () => {
  const journey = journeyOf({ buy: { sequence: { look: run, pay: run } } }, { iterations: 2 })
  const walked = walk(journey, 5)
  assert.deepEqual(walked, ['buy.look 9', 'buy.pay 9', 'buy.look 9', 'buy.pay 9', 'nothing'])
  journey.restart()
  assert.equal(journey.next()?.name, 'buy.look')
})

test('transitions follow their probabilities, as a chain stepped by hand does', () => {
  const next = { a: { a: 0.5, b: 0.3, leave: 0.2 }, b: { a: 0.9, c: 0.1 }, c: { c: 0.25, leave: 0.75 } }
  const journey = journeyOf({ wander: { tasks: { a: run, b: run, c: run }, next } })
  const seen = new Map<string, number>()
  let last = 'leave'
  for (let i = 0; i < 200_000; i++) {
    const key = journey.next()!.name.at(-1)!
    seen.set(`${last}→${key}`, (seen.get(`${last}→${key}`) ?? 0) + 1)
    journey.settle()
    last = journey.isAmidst ? key : 'leave'
    if (last === 'leave') seen.set(`${key}→leave`, (seen.get(`${key}→leave`) ?? 0) + 1)
  }
  for (const [from, row] of Object.entries(next)) {
    const all = Object.keys(row).reduce((sum, to) => sum + (seen.get(`${from}→${to}`) ?? 0), 0)
    for (const [to, probability] of Object.entries(row)) {
      const share = (seen.get(`${from}→${to}`) ?? 0) / all
      // Five standard deviations, of a seed that is fixed.
      const tolerance = 5 * Math.sqrt((probability * (1 - probability)) / all)
      assert.ok(Math.abs(share - probability) < tolerance, `${from}→${to}: ${share}, expected ${probability}`)
    }
  }
  assert.deepEqual(
    [...seen.keys()].filter((step) => step.startsWith('leave')),
    ['leave→a'],
  )
})
