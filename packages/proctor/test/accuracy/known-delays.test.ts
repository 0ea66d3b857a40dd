import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineUser } from '../../src/scenario/user.ts'
import { between } from '../../src/scenario/wait-time.ts'
import { closed, LoadAtWork } from '../engine/load.ts'
import { Target } from './target.ts'

/** Enough to keep caches warm, too few to wait for each other. */
const USERS = 30

for (const delayMs of [10, 50, 200]) {
  test(`a delay of ${delayMs} ms is read at p50 within 0.5 ms of the target's own log`, async (t) => {
    const target = await Target.start(t)
    const tookMs: number[] = []
    const visitor = defineUser({
      waitTime: between(0.005, 0.05),
      tasks: {
        async wait({ http }) {
          tookMs.push((await http.get(`/delay/${delayMs}`)).durationMs)
        },
      },
    })
    const load = closed({ users: USERS, durationMs: Math.max(1_000, delayMs * 15) })
    const atWork = new LoadAtWork(t, target.host, { load, users: { visitor } })
    await atWork.ended
    const logged = median((await target.told()).tookMs)
    const clocked = median(tookMs)
    const read = atWork.stats.all().percentileMs(0.5)!
    t.diagnostic(
      `logged ${logged.toFixed(3)}, clocked ${clocked.toFixed(3)}, in the table ${read.toFixed(3)} ms`,
    )
    assert.ok(clocked >= logged && clocked - logged <= 0.5, `clocked ${clocked}, logged ${logged}`)
    assert.ok(Math.abs(read - logged) <= 0.5, `read ${read}, logged ${logged}`)
  })
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1]!
}
