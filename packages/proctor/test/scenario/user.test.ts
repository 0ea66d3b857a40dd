import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ScenarioError } from '../../src/scenario/scenario-error.ts'
import { defineUser, type UserDefinition } from '../../src/scenario/user.ts'

const home = (): void => {}

test('fills in what is left out', () => {
  const user = defineUser({ tasks: { home, buy: { weight: 3, run: home } } })
  assert.deepEqual(
    user.tasks.map(({ name, weight }) => [name, weight]),
    [
      ['home', 1],
      ['buy', 3],
    ],
  )
  assert.deepEqual([user.weight, user.fixedCount, user.onStart, user.onStop], [1, 0, undefined, undefined])
  assert.equal(user.waitTime({ random: undefined as never, taskSeconds: 0 }), 0)
  assert.equal(user.state(), undefined)
})

/** What a scenario that nobody type-checked may hold, and the message it deserves. */
const BAD: [unknown, string][] = [
  [undefined, 'expected defineUser({ tasks: { … } }); got undefined'],
  [null, 'expected defineUser({ tasks: { … } }); got null'],
  [home, 'expected defineUser({ tasks: { … } }); got a function'],
  [{}, 'expected tasks: { name: function, … }; got undefined'],
  [{ tasks: {} }, 'expected tasks with at least one task; got {}'],
  [{ tasks: [home] }, 'expected tasks: { name: function, … }; got an array'],
  [{ tasks: { a: 5 } }, 'expected tasks.a to be a function, { run }, { tasks } or { sequence }; got 5'],
  [{ tasks: { a: null } }, 'expected tasks.a to be a function, { run }, { tasks } or { sequence }; got null'],
  [
    { tasks: { a: { weight: 1 } } },
    'expected tasks.a to be a function, { run }, { tasks } or { sequence }; got { weight }',
  ],
  [{ tasks: { a: { weight: -1, run: home } } }, 'expected tasks.a.weight > 0; got -1'],
  [{ tasks: { a: { weight: 0, run: home } } }, 'expected tasks.a.weight > 0; got 0'],
  [{ tasks: { a: { weight: null, run: home } } }, 'expected tasks.a.weight > 0; got null'],
  [
    { tasks: { a: { wieght: 2, run: home } } },
    'expected tasks.a to have weight, tags, times, run only; got "wieght"',
  ],
  [{ tasks: { home }, weight: '2' }, 'expected weight > 0; got "2"'],
  [{ tasks: { home }, weight: Infinity }, 'expected weight > 0; got Infinity'],
  [{ tasks: { home }, fixedCount: 1.5 }, 'expected fixedCount to be a whole number ≥ 0; got 1.5'],
  [{ tasks: { home }, fixedCount: -1 }, 'expected fixedCount to be a whole number ≥ 0; got -1'],
  [{ tasks: { home }, iterations: 0 }, 'expected iterations to be a whole number ≥ 1; got 0'],
  [{ tasks: { a: { times: 1.5, run: home } } }, 'expected tasks.a.times to be a whole number ≥ 1; got 1.5'],
  [
    { tasks: { a: { tags: 'x', run: home } } },
    `expected tasks.a.tags to be names, such as ['smoke']; got "x"`,
  ],
  [{ tasks: { home }, waitTime: 1 }, 'expected waitTime to be a function, such as between(1, 2); got 1'],
  [{ tasks: { home }, onStart: 'x' }, 'expected onStart to be a function; got "x"'],
  [{ tasks: { home }, onStop: {} }, 'expected onStop to be a function; got {}'],
  [{ tasks: { home }, state: { a: 1 } }, 'expected state to be a function; got { a }'],
  [
    { tasks: { home }, wait_time: home },
    'expected a user to have baseUrl, headers, auth, waitTime, tasks, weight, fixedCount, iterations, state, onStart, onStop only; got "wait_time"',
  ],
]

for (const [definition, message] of BAD) {
  test(`says: ${message}`, () => {
    assert.throws(
      () => defineUser(definition as UserDefinition),
      (error) => {
        assert.ok(error instanceof ScenarioError)
        assert.equal(error.message, message)
        assert.match(error.place ?? '', new RegExp(`^${fileURLToPath(import.meta.url)}:\\d+:\\d+$`))
        return true
      },
    )
  })
}
