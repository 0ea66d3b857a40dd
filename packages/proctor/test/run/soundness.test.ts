import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Load } from '../../src/engine/plan.ts'
import { type Counts, type GeneratorSnapshot, noCounts } from '../../src/engine/snapshot.ts'
import { type Soundness, SoundnessWatch } from '../../src/run/soundness.ts'
import { Timeline } from '../../src/run/timeline.ts'
import { Histogram } from '../../src/stats/histogram.ts'
import { closed, open } from '../engine/load.ts'
import { snapshotOf, timelineOf } from '../report/run-fixture.ts'
import { AT_EASE } from './generator-fixture.ts'

interface Second extends Partial<GeneratorSnapshot> {
  readonly slipMs?: number
  readonly answerMs?: number
  readonly counts?: Partial<Counts>
  readonly lengthMs?: number
  /** Of 1,000 that were due. */
  readonly owed?: number
}

const OPEN: { load: Load; thinks: boolean } = { load: open({}), thinks: false }

/** What is said at the end of these seconds. */
function judged(seconds: readonly Second[], { load, thinks } = OPEN): Soundness {
  const [timeline, watch] = [new Timeline(), new SoundnessWatch(load, thinks)]
  let elapsedMs = 0
  for (const [
    second,
    { slipMs, answerMs = 1, counts, lengthMs = 1_000, owed = 0, ...generator },
  ] of seconds.entries()) {
    const slip = new Histogram()
    if (slipMs !== undefined) slip.record(slipMs)
    elapsedMs += lengthMs
    timeline.add({
      ...snapshotOf(second, [{ name: '/', count: 100, ms: answerMs }]),
      elapsedMs,
      slip: slip.toWire(),
      arrivals: { offered: 1_000, achieved: 1_000 - owed },
      generator: { ...AT_EASE, ...generator },
      counts: { ...noCounts(), ...counts },
    })
    watch.second(timeline)
  }
  return watch.standing(timeline)
}

const times = (count: number, second: Second): Second[] => Array.from({ length: count }, () => second)

test('a generator at ease is valid, with every signal told', () => {
  const { verdict, reasons, signals } = judged(times(5, { slipMs: 0.1 }))
  assert.deepEqual([verdict, reasons], ['valid', []])
  assert.deepEqual(
    signals.map(({ signal, worst }) => [signal, worst]),
    [
      ['stealShare', 0],
      ['coreWaitShare', 0],
      ['gcShare', 0],
      ['loopDelayP99Ms', 0],
      ['eventLoopUtilization', 0],
      ['slipP99Ms', 0.1],
      ['shortfallShare', 0],
    ],
  )
})

/** Each with what lies just below either limit and on it. */
const LIMITS: readonly [string, (value: number) => Second, suspect: number, void_: number, words: RegExp][] =
  [
    ['steal', (stealShare) => ({ stealShare }), 0.01, 0.05, /^this machine's host gave 5 % of its time/],
    [
      'core wait',
      (coreWaitShare) => ({ coreWaitShare }),
      0.05,
      0.25,
      /^a worker was without a core for 25 % of/,
    ],
    ['GC', (gcShare) => ({ gcShare }), 0.05, 0.1, /^a worker collected garbage for 10 % of the time/],
    ['loop delay', (loopDelayP99Ms) => ({ loopDelayP99Ms }), 5, 20, /^a worker's event loop was 20 ms late/],
    ['utilisation', (busy) => ({ eventLoopUtilization: busy }), 0.6, 0.75, /^a worker was busy for 75 % of/],
    ['slip', (slipMs) => ({ slipMs }), 5, 20, /^arrivals began 20 ms late or more at p99/],
    [
      'shortfall',
      (share) => ({ owed: 1_000 * share }),
      0.005,
      0.01,
      /^1 % of the arrivals that were due, or more, did not begin/,
    ],
  ]

for (const [what, of, suspect, void_, words] of LIMITS) {
  test(`${what} is suspect from ${suspect} and void from ${void_}`, () => {
    const said = [suspect * 0.99, suspect, void_ * 0.99, void_].map((value) =>
      judged([{}, ...times(3, of(value))]),
    )
    assert.deepEqual(
      said.map(({ verdict }) => verdict),
      ['valid', 'suspect', 'suspect', 'void'],
    )
    assert.match(said[3]!.reasons[0]!, words)
    assert.match(said[3]!.reasons[0]!, / in 3 of 3 seconds \(.* at worst\): \S/)
  })
}

test('slip is nothing beside long answers', () => {
  assert.equal(judged([{}, ...times(3, { slipMs: 6, answerMs: 130 })]).verdict, 'valid')
  assert.equal(judged([{}, ...times(3, { slipMs: 8, answerMs: 130 })]).verdict, 'suspect')
  assert.equal(judged([{}, ...times(3, { slipMs: 25, answerMs: 130 })]).verdict, 'suspect')
  assert.equal(judged([{}, ...times(3, { slipMs: 27, answerMs: 130 })]).verdict, 'void')
})

test('three bad seconds are needed, the first not counted, and a share of the run', () => {
  const bad: Second = { loopDelayP99Ms: 50 }
  const said = (...seconds: Second[][]): string => judged(seconds.flat()).verdict
  assert.equal(said(times(1, bad), times(3, {})), 'valid')
  assert.equal(said(times(3, bad), times(1, {})), 'valid')
  assert.equal(said(times(4, bad)), 'void')
  assert.equal(said(times(1, {}), times(3, bad), times(12, {})), 'void')
  assert.equal(said(times(1, {}), times(3, bad), times(13, {})), 'suspect')
  assert.equal(said(times(1, {}), times(3, bad), times(57, {})), 'suspect')
  assert.equal(said(times(1, {}), times(3, bad), times(58, {})), 'valid')
})

test('a second that was long counts for as long as it was', () => {
  assert.equal(judged([{}, { lengthMs: 3_000, loopDelayP99Ms: 2_000 }]).verdict, 'void')
})

test('too short a run is not judged', () => {
  const bad: Second = { loopDelayP99Ms: 50 }
  const { verdict, reasons } = judged(times(3, bad))
  assert.deepEqual(
    [verdict, reasons],
    ['unknown', ['the load lasted under 4 s: too short to judge the generator by']],
  )
})

test('users that never think are not blamed for asking all that can be asked', () => {
  const seconds = [{}, ...times(3, { eventLoopUtilization: 0.97, gcShare: 0.1 })]
  assert.equal(judged(seconds, { load: closed({}), thinks: true }).verdict, 'void')
  const { verdict, reasons } = judged(seconds, { load: closed({}), thinks: false })
  assert.equal(verdict, 'suspect')
  assert.match(reasons[1]!, /^a worker was busy .* without think time this is the most/)
  const blocked = [{}, ...times(3, { loopDelayP99Ms: 50 })]
  assert.equal(judged(blocked, { load: closed({}), thinks: false }).verdict, 'void')
})

test('ports and files that are used up are told at once, first, and void the run from one request in a thousand', () => {
  const ports = judged([{ counts: { outOfPorts: 1 } }])
  assert.deepEqual(
    [ports.verdict, ports.reasons.map((reason) => reason.split(':')[0])],
    ['void', ['1 of 100 requests failed for want of a free local port']],
  )
  assert.equal(judged([{ counts: { outOfFiles: 1 } }, ...times(9, {})]).verdict, 'void')
  assert.equal(judged([{ counts: { outOfFiles: 1 } }, ...times(10, {})]).verdict, 'suspect')
  const both = judged([{ counts: { outOfFiles: 1 } }, ...times(3, { loopDelayP99Ms: 50 })])
  assert.match(both.reasons[0]!, /ulimit/)
})

test('the gravest reason comes first, and of what a machine without time leads to, the machine is what is told', () => {
  const soundness = judged([{}, ...times(3, { stealShare: null, coreWaitShare: 0.06, loopDelayP99Ms: 30 })])
  assert.deepEqual(soundness.reasons, [
    "a worker's event loop was 20 ms late or more at p99 in 3 of 3 seconds (30 ms at worst), while the machine was " +
      'short of time: stop what else runs here, use fewer --threads, or load the service from another machine',
    'a worker was without a core for 5 % of the time or more in 3 of 3 seconds (6 % at worst): ' +
      'stop what else runs here, use fewer --threads, or load the service from another machine',
  ])
  assert.deepEqual(
    soundness.signals.map(({ verdict }) => verdict),
    ['valid', 'suspect', 'valid', 'void', 'valid', 'valid', 'valid'],
  )
})

test('figures that deny each other void a run, and say whose fault it is', () => {
  const [timeline, watch] = [
    timelineOf([{ name: '/', count: 100, ms: 20 }], 5),
    new SoundnessWatch(OPEN.load, false),
  ]
  const standing = (deviation: number): Soundness =>
    watch.standing(timeline, { meanInFlight: 1.5, rateTimesTime: 1.4, deviation })
  assert.notEqual(standing(0.02).verdict, 'void')
  const { verdict, reasons, littlesLaw } = standing(0.021)
  assert.deepEqual([verdict, littlesLaw?.deviation], ['void', 0.021])
  assert.match(
    reasons[0]!,
    /^1\.500 requests were in flight on average, .* is 1\.400: this is a defect of Proctor's/,
  )
})
