import assert from 'node:assert/strict'
import { test } from 'node:test'
import { analyse } from '../../src/analysis/analyse.ts'
import type { Load } from '../../src/engine/plan.ts'
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
  const busy = { ...record, generator: { ...record.generator, eventLoopUtilization: 0.9 } }
  assert.match(analyse(busy)[0]!.title, /^The generator set the rate of 500 a second/)
})

test('an open load sets the rate itself', () => {
  const record = recordOf([{ name: '/students', count: 100, ms: 99 }], 10)
  assert.match(analyse({ ...record, load: open })[0]!.title, /^The arrivals set the rate of 100 a second/)
})

test('a void run says nothing that rests on times, and a suspect one says that it is', () => {
  const record = recordOf([{ name: '/students', count: 100, ms: 99 }], 10)
  const judged = (verdict: 'void' | 'suspect') => {
    return analyse({ ...record, generator: { ...record.generator, verdict } })
  }
  assert.deepEqual(
    judged('void').map(({ id }) => id),
    ['few-samples'],
  )
  const [rate] = judged('suspect')
  assert.deepEqual([rate!.id, rate!.certainty], ['rate', 'likely'])
  assert.match(rate!.evidence.at(-1)!, /generator is suspect/)
})

test('a run without a request says nothing', () => {
  assert.deepEqual(analyse(recordOf([], 10)), [])
})
