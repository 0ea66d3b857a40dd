import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineUser } from '../../src/scenario/user.ts'
import { constant } from '../../src/scenario/wait-time.ts'
import { closed, LoadAtWork } from '../engine/load.ts'
import { Target } from './target.ts'

for (const delayMs of [10, 50, 200]) {
  test(`a delay of ${delayMs} ms is read at p50 within 0.5 ms of the target's own log`, async (t) => {
    const target = await Target.start(t)
    const visitor = defineUser({
      waitTime: constant(0.01),
      tasks: { wait: ({ http }) => http.get(`/delay/${delayMs}`) },
    })
    const load = closed({ users: 5, durationMs: Math.max(1_000, delayMs * 15) })
    const atWork = new LoadAtWork(t, target.host, { load, users: { visitor } })
    await atWork.ended
    const { tookMs } = await target.told()
    const logged = tookMs.toSorted((a, b) => a - b)[Math.floor(tookMs.length / 2)]!
    const read = atWork.stats.all().percentileMs(0.5)!
    t.diagnostic(`read ${read.toFixed(3)}, logged ${logged.toFixed(3)} ms`)
    assert.ok(read >= logged && read - logged <= 0.5, `read ${read}, logged ${logged}`)
  })
}
