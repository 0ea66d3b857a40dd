import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { analyse } from '../../src/analysis/analyse.ts'
import type { Load } from '../../src/engine/plan.ts'
import type { RunRecord } from '../../src/run/record.ts'
import type { SignalRecord } from '../../src/run/soundness.ts'
import { recordOf, recordOfSeconds } from '../report/run-fixture.ts'

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

/** A run with so many users in each of its seconds, who got so many answers. */
function changing(
  seconds: readonly { readonly users: number; readonly count: number; readonly ms: number }[],
): RunRecord {
  const record = recordOfSeconds(seconds.map(({ count, ms }) => [{ name: '/a', count, ms }]))
  const timeline = record.timeline.map((each, second) => ({ ...each, users: seconds[second]!.users }))
  return { ...record, timeline }
}

function many<T>(length: number, one: (at: number) => T): T[] {
  return Array.from({ length }, (_, at) => one(at))
}

/** A hundred users, who come five a second and are all there after twenty. */
function slowedBy(msOf: (users: number, second: number) => number, mostPerSecond: number): RunRecord {
  return changing(
    many(40, (second) => {
      const users = Math.min(100, 5 * (second + 1))
      return { users, count: Math.min(mostPerSecond, 3 * users), ms: msOf(users, second) }
    }),
  )
}

describe('users whose number changes', () => {
  test('are judged where it stood still the longest, not where it was highest', () => {
    const record = changing([
      ...many(20, () => ({ users: 12, count: 24, ms: 10 })),
      { users: 60, count: 44, ms: 10 },
      ...many(9, () => ({ users: 10, count: 20, ms: 10 })),
    ])
    const [finding] = analyse(record)
    assert.equal(
      finding!.title,
      'Think time set the rate of 24 a second with 12 users; what the service can take is unknown.',
    )
    assert.match(finding!.evidence[0]!, /12 users \/ \(490 ms think time \+ 10 ms answer\) = 24 requests/)
    assert.match(
      finding!.evidence.at(-1)!,
      /^That is from 1 s to 20 s, .* \(12\); in the whole run it was 23\.5 a second\.$/,
    )
  })

  test('are judged over all of the run where it never stood still', () => {
    const record = changing(many(21, (second) => ({ users: second, count: 2 * second, ms: 10 })))
    assert.match(
      analyse(record)[0]!.evidence[0]!,
      /10\.5 users on average \/ \(490 ms think time \+ 10 ms answer\) = 21 requests/,
    )
  })

  test('who slow the service down: think time did not set the rate', () => {
    const pool = slowedBy((users) => (users < 50 ? 12 : 12 + 3.26 * (users - 50)), 150)
    assert.equal(
      analyse(pool)[0]!.title,
      'The service slowed down as users came, from 12 ms to 175 ms at the median; its rate levelled off at 150 a second with 100 users.',
    )
    const more = slowedBy((users) => (users < 50 ? 12 : 12 + 3.26 * (users - 50)), 300)
    assert.match(analyse(more)[0]!.title, /at the median; it answered 2\d\d a second with 100 users\.$/)
  })

  test('who do not: it slowed down with time, or hardly', () => {
    for (const record of [slowedBy((_, second) => 12 + 4 * second, 300), slowedBy(() => 12, 300)])
      assert.match(analyse(record)[0]!.title, /^Think time set the rate/)
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
