import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { Random } from '../../src/scenario/random.ts'
import { defineUser } from '../../src/scenario/user.ts'
import { closed, LoadAtWork, open } from '../engine/load.ts'
import { Target } from './target.ts'

const visitor = defineUser({
  tasks: { home: ({ http, random }) => http.get(`/delay/${random.integer(0, 3)}`, { name: '/' }) },
})

for (const load of [
  closed({ users: 10, spawnRate: 100 }),
  open({ arrivalsPerSecond: 300, spacing: 'poisson', maxUsers: 20 }),
]) {
  test(`counts equal the target's own while a ${load.kind} load changes`, async (t) => {
    const target = await Target.start(t)
    const atWork = new LoadAtWork(t, target.host, { load, users: { visitor } })
    const random = new Random(5, load.kind)
    for (let change = 1; change <= 20; change++) {
      await setTimeout(100)
      atWork.run.steer(random.integer(0, load.kind === 'closed' ? 40 : 800), change * 100 + 20)
    }
    atWork.run.stop()
    await atWork.ended
    const { count } = await target.told()
    const { counts, stats } = atWork
    t.diagnostic(`${count} requests, ${counts.missed} missed`)
    assert.ok(count > 500)
    assert.deepEqual(
      { seen: count, scheduled: counts.scheduled, failed: stats.failed.count },
      { seen: stats.count, scheduled: stats.count + counts.missed, failed: 0 },
    )
    assert.equal(counts.interrupted, 0)
  })
}
