import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leave } from '../../src/scenario/signal.ts'
import type { CheckedSet, Tasks } from '../../src/scenario/task-set.ts'
import { defineUser } from '../../src/scenario/user.ts'

const run = (): void => {}

test('sets stand in sets; names say where', () => {
  const pay = { rounds: 2, sequence: { address: run, card: run } }
  const user = defineUser({ tasks: { home: run, shop: { weight: 3, tags: ['buy'], tasks: { pay, leave } } } })
  const shop = user.tasks[1] as CheckedSet
  const [inner, out] = shop.entries as [CheckedSet, CheckedSet]
  assert.deepEqual([shop.name, shop.weight, shop.tags, shop.leaveAfter], ['shop', 3, ['buy'], Infinity])
  assert.deepEqual([inner.name, inner.order.kind, inner.leaveAfter], ['shop.pay', 'sequence', 4])
  assert.deepEqual(
    [...inner.entries, out].map(({ name }) => name),
    ['shop.pay.address', 'shop.pay.card', 'shop.leave'],
  )
})

/** What a scenario that nobody type-checked may hold as its task `a`, and the message it deserves. */
const BAD: [unknown, string][] = [
  [{}, 'expected tasks.a to be a function, { run }, { tasks } or { sequence }; got {}'],
  [
    { tasks: { run }, sequence: { run } },
    'expected tasks.a to be a function, { run }, { tasks } or { sequence }; got { tasks, sequence }',
  ],
  [{ tasks: {} }, 'expected tasks.a.tasks with at least one task; got {}'],
  [
    { tasks: { b: { tasks: { c: 5 } } } },
    'expected tasks.a.tasks.b.tasks.c to be a function, { run }, { tasks } or { sequence }; got 5',
  ],
  [
    { tasks: { run }, rounds: 1 },
    'expected tasks.a to have weight, tags, times, waitTime, onStart, onStop, tasks, leaveAfter only; got "rounds"',
  ],
  [{ tasks: { run }, leaveAfter: 0 }, 'expected tasks.a.leaveAfter to be a whole number ≥ 1; got 0'],
  [{ tasks: { run }, weight: 0 }, 'expected tasks.a.weight > 0; got 0'],
  [{ tasks: { run }, onStart: 1 }, 'expected tasks.a.onStart to be a function; got 1'],
  [{ sequence: { run }, rounds: -1 }, 'expected tasks.a.rounds to be a whole number ≥ 1; got -1'],
  [{ sequence: [run] }, 'expected tasks.a.sequence: { name: function, … }; got an array'],
  [
    { sequence: { run, 2: run } },
    'expected tasks.a.sequence to have names that are no numbers, whose order would be lost; got "2"',
  ],
  [{ tasks: { run }, next: 5 }, 'expected tasks.a.next: { task: { task: probability, … }, … }; got 5'],
  [{ tasks: { run }, next: {} }, 'expected tasks.a.next.run: { task: probability, … }; got undefined'],
  [
    { tasks: { run }, next: { run: { run: 0.5, leave: 0.4 } } },
    'expected the probabilities of tasks.a.next.run to add up to 1; got 0.9',
  ],
  [
    { tasks: { run }, next: { run: { run: 1.5, leave: -0.5 } } },
    'expected tasks.a.next.run.run from 0 to 1; got 1.5',
  ],
  [
    { tasks: { run }, next: { run: { rum: 1 } } },
    'expected tasks.a.next.run to have run, leave only; got "rum"',
  ],
  [
    { tasks: { run }, next: { run: { leave: 1 } }, first: 'rum' },
    'expected tasks.a.first to be one of run; got "rum"',
  ],
  [
    { tasks: { leave }, next: { leave: { leave: 1 } } },
    'expected tasks.a.tasks without leave, which leaves the set; got "leave"',
  ],
  [
    { tasks: { run: { times: 2, run } }, next: { run: { leave: 1 } } },
    'expected tasks.a.tasks without times beside next; got "run"',
  ],
]

for (const [a, message] of BAD) {
  test(`says: ${message}`, () => {
    assert.throws(() => defineUser({ tasks: { a } as Tasks }), { name: 'ScenarioError', message })
  })
}

test('probabilities that miss 1 by rounding add up', () => {
  const next = { a: { a: 0.7, b: 0.2, leave: 0.1 }, b: { leave: 1 } }
  defineUser({ tasks: { wander: { tasks: { a: run, b: run }, next } } })
})
