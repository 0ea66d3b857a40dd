import assert from 'node:assert/strict'
import { test } from 'node:test'
import { abort, leave, stopRun, stopUser } from '../../src/scenario/signal.ts'
import type { TaskSet } from '../../src/scenario/task-set.ts'
import { defineUser } from '../../src/scenario/user.ts'
import { constant } from '../../src/scenario/wait-time.ts'
import { closed, LoadAtWork, open } from './load.ts'
import { loopback } from './loopback.ts'

const NOWHERE = 'http://127.0.0.1:1'

/** Tasks that write down their names. */
function noting() {
  const done: string[] = []
  return { done, task: (name: string) => (): void => void done.push(name) }
}

test('one iteration is a task set from entering to leaving', async (t) => {
  const { done, task } = noting()
  const buy: TaskSet = {
    onStart: task('enter'),
    onStop: task('exit'),
    sequence: { look: task('look'), pay: task('pay') },
  }
  const users = { Visitor: defineUser({ onStop: task('gone'), tasks: { buy } }) }
  await new LoadAtWork(t, NOWHERE, { load: closed({ iterations: 2 }), users }).ended
  assert.equal(done.join(' '), 'enter look pay exit enter look pay exit gone')
})

test('an arrival that enters a set goes on in it until it leaves, and thinks in between', async (t) => {
  const { host, seen } = await loopback(t)
  const buy: TaskSet = {
    waitTime: constant(0.02),
    sequence: { look: ({ http }) => http.get('/look'), pay: ({ http }) => http.get('/pay') },
  }
  const users = { Visitor: defineUser({ tasks: { buy } }) }
  const load = open({ arrivalsPerSecond: 100, iterations: 5 })
  const { ended, exceptions } = new LoadAtWork(t, host, { load, users })
  await ended
  assert.deepEqual(exceptions, [])
  assert.deepEqual(seen.toSorted(), [...Array(5).fill('GET /look'), ...Array(5).fill('GET /pay')])
})

test('a user that stops itself is not replaced; when the last has, the run is over', async (t) => {
  const { done, task } = noting()
  const users = { Visitor: defineUser({ onStop: task('gone'), tasks: { only: stopUser } }) }
  await new LoadAtWork(t, NOWHERE, { load: closed({ users: 3 }), users }).ended
  assert.deepEqual(done, ['gone', 'gone', 'gone'])
})

test('users with iterations of their own do so many each, and the run is over', async (t) => {
  const { done, task } = noting()
  const users = { Visitor: defineUser({ iterations: 4, tasks: { home: task('home') } }) }
  await new LoadAtWork(t, NOWHERE, { load: closed({ users: 3, spawnRate: 50, iterations: 100 }), users })
    .ended
  assert.equal(done.length, 12)
})

test('in an open load who stops itself does its last and comes no more', async (t) => {
  const { done, task } = noting()
  const users = { Visitor: defineUser({ onStop: task('gone'), tasks: { only: stopUser } }) }
  await new LoadAtWork(t, NOWHERE, { load: open({ iterations: 3 }), users }).ended
  assert.deepEqual(done, ['gone', 'gone', 'gone'])
})

for (const [end, reason] of [
  [stopRun, undefined],
  [() => abort('no stock'), 'no stock'],
] as const) {
  test(`a task ends the run, ${reason ?? 'in good order'}`, async (t) => {
    const users = { Visitor: defineUser({ waitTime: constant(0.01), tasks: { end } }) }
    const atWork = new LoadAtWork(t, NOWHERE, { load: closed({ users: 2 }), users })
    await atWork.ended
    assert.equal(atWork.endings[0], reason)
    assert.deepEqual(atWork.exceptions, [])
  })
}

test('an onStart of a set that throws is an exception by its name; the set is left, the user goes on', async (t) => {
  const { done, task } = noting()
  const forum: TaskSet = {
    onStart() {
      throw new Error('no entry')
    },
    onStop: task('never'),
    tasks: { read: task('never') },
  }
  const users = { Visitor: defineUser({ waitTime: constant(0.01), tasks: { forum } }) }
  const atWork = new LoadAtWork(t, NOWHERE, { load: closed({ iterations: 3 }), users })
  await atWork.ended
  assert.deepEqual([atWork.exceptions, done], [['Visitor forum.onStart Error: no entry'], []])
})

test('a set that only leaves does not stop the world', async (t) => {
  const users = { Visitor: defineUser({ tasks: { forum: { tasks: { leave } }, home: () => {} } }) }
  await new LoadAtWork(t, NOWHERE, { load: closed({ durationMs: 50 }), users }).ended
})

test('stopped in the midst of sets: each is left, the innermost first, then the user', async (t) => {
  const { done, task } = noting()
  const inner: TaskSet = { onStop: task('inner'), tasks: { wait: ({ sleep }) => sleep(60) } }
  const outer: TaskSet = { onStop: task('outer'), tasks: { inner } }
  const users = { Visitor: defineUser({ onStop: task('user'), tasks: { outer } }) }
  await new LoadAtWork(t, NOWHERE, { load: closed({ durationMs: 30 }), users }).ended
  assert.deepEqual(done, ['inner', 'outer', 'user'])
})
