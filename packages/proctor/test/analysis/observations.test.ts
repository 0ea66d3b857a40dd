import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { analyse } from '../../src/analysis/analyse.ts'
import type { RunRecord } from '../../src/run/record.ts'
import { Random } from '../../src/scenario/random.ts'
import { type Asked, judged, recordOf, recordOfSeconds } from '../report/run-fixture.ts'
import { recordOfSent, type Sent } from './recorded.ts'
import { asked as timesOf } from './why.ts'

const idsOf = (record: RunRecord): string[] => analyse(record).map(({ id }) => id)
const titleOf = (record: RunRecord, id: string): string | undefined =>
  analyse(record).find((each) => each.id === id)?.title

/** One request name whose median is told by second. */
function timed(seconds: number, ms: (second: number) => number): RunRecord {
  return recordOfSeconds(
    Array.from({ length: seconds }, (_, second) => [{ name: '/a', count: 200, ms: ms(second) }]),
  )
}

test('an answer that grows by 140 bytes a row, and its cost', () => {
  const seconds = Array.from({ length: 20 }, (_, second): Asked[] => [
    { name: '/students', count: 20, bytes: 2 + 140 * (10 * second + 5), ms: 2 + 0.01 * (10 * second + 5) },
    { method: 'POST', name: '/students', count: 12, failures: 2, bytes: 130 },
  ])
  const finding = analyse(recordOfSeconds(seconds)).find(({ id }) => id === 'growing-answer')!
  assert.equal(
    finding.title,
    'The answer of GET /students grows by 140 bytes with each row; its times hold for 195 rows only.',
  )
  assert.match(finding.evidence[1]!, /by some 10 ms per thousand rows/)

  const record = recordOfSeconds(seconds)
  const voided = { ...record, generator: { ...record.generator, verdict: 'void' as const } }
  const alone = analyse(voided).find(({ id }) => id === 'growing-answer')
  assert.equal(alone!.title, finding.title)
  assert.match(alone!.evidence[1]!, /^The run is void, .* its times nothing\.$/)
})

test('answers of the same size do not grow, whatever is posted', () => {
  const asked = [
    { name: '/students', count: 20 },
    { method: 'POST', name: '/students', count: 10 },
  ]
  assert.ok(!idsOf(recordOf(asked, 20)).includes('growing-answer'))
})

test('times that step, drift, come again, and a warm-up', () => {
  assert.equal(
    titleOf(
      timed(20, (second) => (second < 12 ? 10 : 30)),
      'step',
    ),
    'GET /a changed at 12 s, from 10 ms to 30 ms at the median.',
  )
  assert.match(
    titleOf(
      timed(30, (second) => 10 + second),
      'drift',
    )!,
    /^GET \/a became slower .*: from 10 ms to 39 ms/,
  )
  assert.equal(
    titleOf(
      timed(40, (second) => (second % 8 < 2 ? 40 : 10)),
      'cycle',
    ),
    'GET /a is slow again and again, every 8 s or so.',
  )
  assert.equal(
    titleOf(
      timed(20, (second) => (second < 3 ? 40 : 10)),
      'warm-up-included',
    ),
    'GET /a was slower in the first 3 s, and these are in the figures.',
  )
})

/** Of a service that takes twice as long every two seconds. */
function medianMs(second: number): number {
  return second < 11 ? 4 : 4 * 2 ** ((second - 10) / 2)
}

function answeredIn(second: number): Asked[] {
  const ms = medianMs(second)
  return [{ name: '/a', count: Math.round(Math.min(200, 1_000 / ms)) + 3, ms }]
}

const REFUSED: Asked[] = [{ name: '/a', count: 400, failures: 400, ms: 0.2 }]

/** For ten seconds one in five takes thirty times as long as is usual in its second. */
function withSlowOnes(usualMs: (second: number) => number): Sent[] {
  const random = new Random(1, 'slowing')
  return timesOf(30, () => 40, random).map((at) => {
    const isSlow = at > 10_000 && at < 20_000 && random.chance(0.2)
    return { at, ms: usualMs(at / 1_000) * (isSlow ? 30 : random.float(0.9, 1.1)) }
  })
}

describe('a service that becomes slower and slower', () => {
  const seconds = Array.from({ length: 25 }, (_, second) => answeredIn(second))

  test('and then goes away is told as such', () => {
    const dies = recordOfSeconds([...seconds, ...Array.from({ length: 10 }, () => REFUSED)])
    assert.equal(
      titleOf(dies, 'slowing'),
      'GET /a became slower and slower: its median rose from 4 ms to 512 ms from 12 s to 24 s, then hardly any was answered.',
    )
    const restarts = recordOfSeconds([
      ...seconds,
      REFUSED,
      REFUSED,
      ...Array.from({ length: 8 }, () => answeredIn(0)),
    ])
    assert.match(titleOf(restarts, 'slowing')!, /from 12 s to 24 s, then hardly any was answered for 2 s\.$/)
    const recovers = recordOfSeconds([...seconds, ...Array.from({ length: 10 }, () => answeredIn(0))])
    assert.match(titleOf(recovers, 'slowing')!, /from 12 s to 24 s, then it was 4 ms\.$/)
    for (const record of [dies, restarts, recovers])
      assert.deepEqual(
        idsOf(record).filter((id) => ['step', 'drift', 'cycle', 'slow-for-a-while'].includes(id)),
        [],
      )
  })

  test('is not told by how many were slow beside the seconds before, as if it had passed before and after', () => {
    const steady = recordOfSent(withSlowOnes(() => 4))
    assert.match(
      titleOf(steady, 'outliers')!,
      /just before, or longer: all between .*passed before and after/,
    )
    const rising = recordOfSent(withSlowOnes((second) => (second < 11 || second > 20 ? 4 : medianMs(second))))
    assert.equal(titleOf(rising, 'outliers'), undefined)
  })
})

test('times that are several times as long for some seconds', () => {
  const record = timed(40, (second) => (second >= 20 && second < 25 ? 80 : 10))
  assert.equal(
    titleOf(record, 'slow-for-a-while'),
    'GET /a was slow from 20 s to 25 s: 80 ms at the median, 10 ms before and 10 ms after.',
  )
})

test('times that are steady, or short, or hardly change say nothing', () => {
  const steady = [
    timed(30, (second) => 10 + (second % 3)),
    timed(5, (second) => 10 * second),
    timed(20, (second) => 0.1 + second / 100),
  ]
  for (const record of steady) {
    assert.deepEqual(
      idsOf(record).filter((id) =>
        ['step', 'drift', 'cycle', 'warm-up-included', 'slowing', 'slow-for-a-while'].includes(id),
      ),
      [],
    )
  }
})

test('too few requests for a percentile', () => {
  const few = recordOf([{ name: '/a', count: 10 }], 10)
  assert.equal(
    titleOf(few, 'few-samples'),
    'Too few requests for p99: it takes 368, and GET /a (100) had fewer.',
  )
  assert.ok(!idsOf(recordOf([{ name: '/a', count: 400 }], 10)).includes('few-samples'))
})

test('a threshold that held by little', () => {
  const asked = [{ name: '/a', count: 400, ms: 95 }]
  const near = recordOf(asked, 10, [], judged('p99<100ms', asked, 10))
  assert.match(titleOf(near, 'nearly-missed')!, /^A threshold held by less than 10 %: p99<100ms: 95 ms\.$/)
  for (const far of ['p99<200ms', 'failures<1%'])
    assert.ok(!idsOf(recordOf(asked, 10, [], judged(far, asked, 10))).includes('nearly-missed'))
  const share = judged('failures<1%', asked, 10).map((each) => ({
    ...each,
    operator: '>' as const,
    limit: 95,
    value: 100,
  }))
  assert.ok(!idsOf(recordOf(asked, 10, [], share)).includes('nearly-missed'))
  const barely = share.map((each) => ({ ...each, value: 95.4 }))
  assert.ok(idsOf(recordOf(asked, 10, [], barely)).includes('nearly-missed'))
})

describe('exceptions of the scenario', () => {
  const broken = {
    user: 'Buyer',
    task: 'pay',
    message: 'TypeError: cart is undefined',
    stack: `TypeError: cart is undefined
    at get (${new URL('../../src/http/http.ts', import.meta.url).href}:9:9)
    at pay (file:///home/me/students.ts:12:7)
    at process (node:internal/process:1:1)`,
  }

  test('are a failure of the run where they are most of what happened', () => {
    const [finding] = analyse(recordOf([{ name: '/a', count: 1 }], 1, [broken]))
    assert.deepEqual([finding!.id, finding!.severity], ['scenario-threw', 'failure'])
    assert.equal(
      finding!.title,
      '1 exception in the scenario’s own code ended a task: TypeError: cart is undefined.',
    )
    assert.deepEqual(finding!.evidence, [
      'Buyer pay: TypeError: cart is undefined, at students.ts:12:7.',
      'In all there was 1 request: the run says little of the service, whatever its share of failures.',
    ])
    assert.equal(idsOf(recordOf([], 2, [broken]))[0], 'scenario-threw')
  })

  test('are a warning beside many requests, and told by kind', () => {
    const other = { user: 'Buyer', task: 'look', message: 'Error: no' }
    const record = recordOf([{ name: '/a', count: 400 }], 2, [broken, other])
    const finding = analyse(record).find(({ id }) => id === 'scenario-threw')!
    assert.equal(finding.severity, 'warning')
    assert.equal(
      finding.title,
      '4 exceptions in the scenario’s own code ended tasks: TypeError: cart is undefined (2), and 1 other.',
    )
    assert.equal(finding.evidence[1], 'Buyer look: Error: no.')
  })
})
