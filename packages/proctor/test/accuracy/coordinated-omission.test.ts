import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { defineUser } from '../../src/scenario/user.ts'
import type { RequestStats } from '../../src/stats/request-stats.ts'
import { LoadAtWork, open } from '../engine/load.ts'
import { Target } from './target.ts'

const visitor = defineUser({ tasks: { home: ({ http }) => http.get('/') } })
const SECONDS = 20
const STALL_MS = 1_000

interface Stalled {
  readonly stats: RequestStats
  /** What the target logged: from when it had read a request until it had written the answer. */
  readonly targetP99Ms: number
}

/** 500 a second for 20 s, and one stall of 1 s in the middle. */
async function withStall(t: TestContext, maxUsers: number | null): Promise<Stalled> {
  const target = await Target.start(t)
  // The first fetch of a process holds it up by some 20 ms.
  await target.told()
  const load = open({ arrivalsPerSecond: 500, durationMs: SECONDS * 1_000, maxUsers })
  const atWork = new LoadAtWork(t, target.host, { load, users: { visitor } })
  await setTimeout((SECONDS * 1_000) / 2)
  await target.stall(STALL_MS)
  await atWork.ended
  assert.equal(atWork.counts.scheduled, 500 * SECONDS)
  assert.equal(atWork.stats.count, 500 * SECONDS)
  const tookMs = (await target.told()).tookMs.toSorted((a, b) => a - b)
  return { stats: atWork.stats, targetP99Ms: tookMs[Math.ceil(0.99 * tookMs.length) - 1]! }
}

/**
 * The requests due in the stall wait for its end: of N in T seconds, quantile q reads S − (1 − q) · T. A clock on the
 * wire shows nearly none of it, since hardly any of them had been sent.
 */
for (const users of [10, 1_000]) {
  test(`a stall of a second is in the percentiles as long as it was, with ${users} users`, async (t) => {
    const { stats, targetP99Ms } = await withStall(t, users)
    const all = stats.all()
    const read = (quantile: number): number => all.percentileMs(quantile)!
    t.diagnostic(`p97 ${read(0.97)}, p99 ${read(0.99)}, p99.9 ${read(0.999)} ms`)
    const wire = stats.service().percentileMs(0.99)!
    t.diagnostic(`the wire would have said p99 ${wire} ms, the target's own log ${targetP99Ms} ms`)
    assert.ok(Math.abs(read(0.97) - 400) <= 25, `p97 ${read(0.97)}`)
    assert.ok(Math.abs(read(0.99) - 800) <= 16, `p99 ${read(0.99)}`)
    assert.ok(Math.abs(read(0.999) - 980) <= 10, `p99.9 ${read(0.999)}`)
    if (users === 10) assert.ok(wire < 100, `${wire}`)
  })
}
