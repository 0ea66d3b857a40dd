import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { defineUser } from '../../src/scenario/user.ts'
import { exponential } from '../../src/scenario/wait-time.ts'
import type { Load } from '../../src/engine/plan.ts'
import { closed, LoadAtWork, open } from '../engine/load.ts'
import { Target } from './target.ts'

const DURATION_MS = 30_000

interface Case {
  readonly name: string
  readonly load: Load
  readonly path: string
  /** Of the rate times the mean time: 0–1. */
  readonly within: number
}

const CASES: readonly Case[] = [
  { name: 'a closed load on a fixed delay', load: closed({ users: 20 }), path: '/delay/50', within: 0.01 },
  {
    name: 'an open load',
    load: open({ arrivalsPerSecond: 400, spacing: 'poisson' }),
    path: '/delay/20',
    within: 0.02,
  },
]

/**
 * The number in flight, sampled by a timer of this test's own, beside the rate times the mean service time out of the
 * histograms. All that is counted ended within the run, so the time is from its start to its end, the last waited for.
 */
async function check(t: TestContext, { load, path, within }: Case): Promise<void> {
  const target = await Target.start(t)
  await target.told()
  const visitor = defineUser({ waitTime: exponential(0.02), tasks: { wait: ({ http }) => http.get(path) } })
  const startedAt = performance.now()
  const atWork = new LoadAtWork(t, target.host, {
    load: { ...load, durationMs: DURATION_MS },
    users: { visitor },
  })
  let [area, sampledAt, sampling] = [0, startedAt, true]
  // In each turn of the loop. A timer of some milliseconds fires in the same turn as the arrivals due then, just after
  // them, and counts each as there for the time since the sample before: 4 % too many.
  setImmediate(function sample() {
    const now = performance.now()
    area += atWork.run.recorder.inFlight * (now - sampledAt)
    sampledAt = now
    if (sampling) setImmediate(sample)
  })
  await atWork.ended
  sampling = false
  const seconds = (performance.now() - startedAt) / 1_000
  const service = atWork.stats.service()
  const sampled = area / (sampledAt - startedAt)
  const expected = ((service.count / seconds) * service.meanMs!) / 1_000
  const deviation = Math.abs(sampled - expected) / expected
  t.diagnostic(
    `sampled ${sampled.toFixed(3)}, rate × time ${expected.toFixed(3)}: ${(100 * deviation).toFixed(2)} %`,
  )
  assert.ok(deviation <= within, `${deviation}`)
}

for (const each of CASES) {
  test(`${each.name}: the mean number in flight is the rate times the mean time within ${100 * each.within} %`, (t) =>
    check(t, each))
}
