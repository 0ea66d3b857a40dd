import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { analyse } from '../../src/analysis/analyse.ts'
import type { Load } from '../../src/engine/plan.ts'
import type { RunRecord } from '../../src/run/record.ts'
import type { SignalRecord } from '../../src/run/soundness.ts'
import { recordOf } from '../report/run-fixture.ts'

const open: Load = {
  kind: 'open',
  arrivalsPerSecond: 100,
  spacing: 'poisson',
  stages: null,
  maxUsers: null,
  whenBusy: 'late',
  durationMs: 60_000,
  iterations: null,
}

test('users who think most of their time set the rate, and the capacity is said to be unknown', () => {
  const [finding] = analyse(recordOf([{ name: '/students', count: 32, ms: 16 }], 60))
  assert.equal(
    finding!.title,
    'Think time set the rate of 32 a second; what the service can take is unknown.',
  )
  assert.equal(
    finding!.evidence[0],
    'Little’s law: 50 users / (1.55 s think time + 16 ms answer) = 32 requests a second.',
  )
  assert.match(finding!.recommendation!, /--arrivals 100\/s/)
})

test('users who wait nearly all of their time: the service sets the rate, or a generator that is busy', () => {
  const record = recordOf([{ name: '/students', count: 500, ms: 99 }], 10)
  assert.match(analyse(record)[0]!.title, /^The service set the rate: 50 users who never pause got 500 /)
  assert.match(analyse(busyIn(record, () => true))[0]!.title, /^The generator set the rate of 500 a second/)
  const sometimes = busyIn(record, (second) => second === 0 || second % 3 === 0)
  assert.match(analyse(sometimes)[0]!.title, /^The service set the rate/)
})

/** The generator has nothing to spare in these seconds. */
function busyIn(record: RunRecord, isBusy: (second: number) => boolean): RunRecord {
  const timeline = record.timeline.map((each) => ({
    ...each,
    generator: { ...each.generator, eventLoopUtilization: isBusy(each.second) ? 0.95 : 0.2 },
  }))
  return { ...record, timeline, generator: { ...record.generator, eventLoopUtilization: 0.95 } }
}

describe('users without think time', () => {
  const quick = { ...recordOf([{ name: '/students', count: 500, ms: 16 }], 10), thinks: false }

  test('did not think: their tasks set the rate, or the generator', () => {
    const [finding] = analyse(quick)
    assert.match(finding!.title, /^The tasks’ own code set the rate of 500 a second/)
    assert.match(finding!.evidence[0]!, /only 16 % of their time/)
    assert.match(analyse(busyIn(quick, () => true))[0]!.title, /^The generator set the rate/)
    assert.match(analyse({ ...quick, thinks: true })[0]!.title, /^Think time set the rate/)
  })

  test('who are never answered say nothing of the service', () => {
    const signature = 'connection-refused: nothing listens at the address'
    const refused = [{ name: '/students', count: 500, failures: 500, ms: 0.2, signature }]
    for (const thinks of [true, false]) {
      const rate = analyse({ ...recordOf(refused, 10), thinks }).find(({ id }) => id === 'rate')
      assert.match(rate!.title, /^None of 5,000 requests was answered: the rate of 500 a second says nothing/)
    }
    const some = [{ name: '/students', count: 500, failures: 499, ms: 0.2, signature }]
    assert.match(analyse(recordOf(some, 10)).find(({ id }) => id === 'rate')!.title, /^Think time/)
  })
})

test('an open load sets the rate itself', () => {
  const record = recordOf([{ name: '/students', count: 100, ms: 99 }], 10)
  assert.match(analyse({ ...record, load: open })[0]!.title, /^The arrivals set the rate of 100 a second/)
})

test('a void run says nothing that rests on times, and a suspect one says that it is', () => {
  const record = recordOf([{ name: '/students', count: 100, ms: 99 }], 10)
  const judged = (verdict: 'void' | 'suspect', signal: SignalRecord['signal'] = 'loopDelayP99Ms') => {
    const signals = [{ signal, unit: 'share', verdict, worst: 1, suspectSeconds: 9, voidSeconds: 9 } as const]
    return analyse({ ...record, generator: { ...record.generator, verdict, signals } })
  }
  assert.deepEqual(
    judged('void').map(({ id }) => id),
    ['few-samples'],
  )
  const [rate] = judged('suspect')
  assert.deepEqual([rate!.id, rate!.certainty], ['rate', 'likely'])
  assert.match(rate!.evidence.at(-1)!, /generator is suspect/)

  const [unharmed] = judged('suspect', 'stealShare')
  assert.deepEqual([unharmed!.id, unharmed!.certainty], ['rate', 'certain'])
  assert.doesNotMatch(unharmed!.evidence.join(' '), /suspect/)
})

test('a run without a request says nothing', () => {
  assert.deepEqual(analyse(recordOf([], 10)), [])
})
