import assert from 'node:assert/strict'
import { test } from 'node:test'
import { analyse } from '../../src/analysis/analyse.ts'
import type { RunRecord } from '../../src/run/record.ts'
import { recordOf } from '../report/run-fixture.ts'

/** A run that is four times as large is to take four times as long, and not sixteen. */
const MOST = 8

for (const [what, seconds, names] of [
  ['as long', 1_600, 50],
  ['as many names', 400, 200],
] as const) {
  test(`a run of four times ${what} takes about four times as long to analyse`, () => {
    const [small, large] = [longRun(400, 50), longRun(seconds, names)]
    cpuMsOf(small)
    const [before, after] = [cpuMsOf(small), cpuMsOf(large)]
    assert.ok(after < MOST * before, `${before.toFixed(0)} and ${after.toFixed(0)} ms`)
  })
}

/** Of an analysis, the least of three: what else the machine does only adds to it. */
function cpuMsOf(record: RunRecord): number {
  const times = Array.from({ length: 3 }, () => {
    const before = process.cpuUsage()
    // Another object each time: what is remembered of a record is not to be had for nothing.
    analyse({ ...record })
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  })
  return Math.min(...times)
}

/** Every name was asked in every second, by and by slower. */
function longRun(seconds: number, names: number): RunRecord {
  const record = recordOf(Array.from({ length: names }, (_, index) => ({ name: `/a/${index}`, count: 3 })))
  const [first] = record.timeline
  const timeline = Array.from({ length: seconds }, (_, second) => {
    const requests = first!.requests.map((request, index) => {
      return {
        ...request,
        count: 3 + (second % 5),
        medianMs: 5 + second / 100 + Math.sin(second / 60 + index),
      }
    })
    return { ...first!, second, elapsedMs: (second + 1) * 1_000, requests }
  })
  return { ...record, timeline, durationSeconds: seconds }
}
