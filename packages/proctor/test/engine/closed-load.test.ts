import assert from 'node:assert/strict'
import { tasksLeft } from '../../src/engine/iterations.ts'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { defineShape } from '../../src/scenario/load-shape.ts'
import { defineUser } from '../../src/scenario/user.ts'
import { constant } from '../../src/scenario/wait-time.ts'
import { closed, LoadAtWork } from './load.ts'
import { loopback } from './loopback.ts'

/** How many of its users are at work at a time. */
function counted() {
  let atWork = 0
  const started: number[] = []
  const user = defineUser({
    waitTime: constant(0.01),
    onStart({ id }) {
      atWork += 1
      started.push(id)
    },
    onStop() {
      atWork -= 1
    },
    tasks: { idle() {} },
  })
  return { user, started, now: () => atWork }
}

test('stages up and down: users start and stop as the load says', async (t) => {
  const { user, now, started } = counted()
  const stages = [
    { atMs: 200, value: 10 },
    { atMs: 400, value: 10 },
    { atMs: 400, value: 3 },
  ]
  const atWork = new LoadAtWork(t, 'http://127.0.0.1:1', {
    load: closed({ stages, durationMs: 900 }),
    users: { user },
  })
  await setTimeout(330)
  assert.equal(now(), 10)
  await setTimeout(300)
  assert.equal(now(), 3)
  await atWork.ended
  assert.equal(now(), 0)
  assert.equal(started.length, 10)
})

test('changed by hand: up, down, and up again with other choices', async (t) => {
  const { user, now, started } = counted()
  const atWork = new LoadAtWork(t, 'http://127.0.0.1:1', { load: closed({ users: 2 }), users: { user } })
  await setTimeout(50)
  atWork.run.steer(6, 100)
  await setTimeout(150)
  assert.equal(now(), 6)
  atWork.run.steer(1, 250)
  await setTimeout(150)
  assert.equal(now(), 1)
  atWork.run.steer(3, 400)
  await setTimeout(150)
  assert.equal(now(), 3)
  atWork.run.stop()
  await atWork.ended
  assert.deepEqual(started, [0, 1, 2, 3, 4, 5, 1, 2])
})

test('who is started anew makes other choices than before', async (t) => {
  const { host, seen } = await loopback(t)
  const user = defineUser({
    waitTime: constant(5),
    tasks: { pick: ({ http, random }) => http.get(`/${random.integer(0, 1e9)}`) },
  })
  const atWork = new LoadAtWork(t, host, { load: closed({ users: 1 }), users: { user } })
  for (const [target, atMs] of [
    [0, 100],
    [1, 200],
  ] as const) {
    atWork.run.steer(target, atMs)
  }
  while (seen.length < 2) await setTimeout(5)
  assert.notEqual(seen[0], seen[1])
})

test('a number of tasks: exactly so many, divided over workers, and the run is over', async (t) => {
  const { host, seen } = await loopback(t)
  let left = 0
  const user = defineUser({ onStop: () => void left++, tasks: { home: ({ http }) => http.get('/') } })
  const shared = tasksLeft(100)
  const all = [0, 1, 2].map((worker) => {
    const load = closed({ users: 7, iterations: 100 })
    return new LoadAtWork(t, host, { load, users: { user }, share: { worker, of: 3 }, tasksLeft: shared })
  })
  await Promise.all(all.map(({ ended }) => ended))
  assert.equal(seen.length, 100)
  assert.equal(left, 7)
})

test('users are divided over workers, each once, each with the choices it has in one', async (t) => {
  const choices = async (of: number): Promise<string[]> => {
    const chosen: string[] = []
    const choose = (name: string) =>
      defineUser({
        waitTime: constant(9),
        tasks: { pick: ({ id, random }) => void chosen.push(`${name} ${id} ${random.integer(0, 1e9)}`) },
      })
    const users = { reader: choose('reader'), writer: choose('writer') }
    const all = Array.from({ length: of }, (_, worker) => {
      return new LoadAtWork(t, 'http://127.0.0.1:1', {
        load: closed({ users: 11 }),
        users,
        share: { worker, of },
      })
    })
    while (chosen.length < 11) await setTimeout(5)
    for (const { run } of all) run.stop()
    await Promise.all(all.map(({ ended }) => ended))
    return chosen.toSorted()
  }
  const alone = await choices(1)
  assert.equal(new Set(alone).size, 11)
  assert.deepEqual(await choices(4), alone)
})

test('a shape in code: users of each class, and the end', async (t) => {
  const [reader, writer] = [counted(), counted()]
  const shape = defineShape({
    users: (seconds) => (seconds < 0.5 ? { reader: seconds < 0.2 ? 4 : 2, writer: 3 } : undefined),
  })
  const load = closed({ stages: 'scenario' })
  const users = { reader: reader.user, writer: writer.user }
  const atWork = new LoadAtWork(t, 'http://127.0.0.1:1', { load, users, shape })
  await setTimeout(120)
  assert.deepEqual([reader.now(), writer.now()], [4, 3])
  await setTimeout(220)
  assert.deepEqual([reader.now(), writer.now()], [2, 3])
  await atWork.ended
  assert.deepEqual([reader.now(), writer.now()], [0, 0])
})
