import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Random } from '../../src/scenario/random.ts'
import type { Sent } from './recorded.ts'
import { asked, why } from './why.ts'

const FAILED = { status: 500, body: '' }
const random = new Random(1, 'input')
const TIMES = asked(10, () => 40, random)

/** Bodies of which some fail, by what is in them. */
function sent(bodyOf: () => object, isFailing: (body: Record<string, unknown>) => boolean): Sent[] {
  return TIMES.map((at): Sent => {
    const body = bodyOf() as Record<string, unknown>
    return { at, sent: JSON.stringify(body), ...(isFailing(body) ? FAILED : {}) }
  })
}

const always = (status: number): Sent[] => TIMES.map((at) => ({ at, sent: '{"a":1}', status, body: '' }))
const note = (): string => `n${random.integer(1, 1e9)}`
const maybe = (field: object): object => (random.chance(0.3) ? field : {})

describe('input that a service stumbles over', () => {
  for (const [what, bodyOf, isFailing, words] of [
    [
      'a field is missing',
      () => ({ note: note(), ...maybe({ phone: note() }) }),
      ({ phone }) => phone === undefined,
      'phone was missing',
    ],
    [
      'a field is too many',
      () => ({ note: note(), ...maybe({ nick: note() }) }),
      ({ nick }) => nick !== undefined,
      'nick was sent',
    ],
    [
      'a text where others send a number',
      () => ({
        note: note(),
        price: random.chance(0.3) ? String(random.integer(1, 99)) : random.integer(1, 99),
      }),
      ({ price }) => typeof price === 'string',
      'price was a text',
    ],
    [
      'numbers below a limit',
      () => ({ amount: random.float(-20, 80, 2) }),
      ({ amount }) => Number(amount) < 0,
      'amount was below what passes',
    ],
  ] as [string, () => object, (body: Record<string, unknown>) => boolean, string][]) {
    test(what, () => {
      const [finding] = why(sent(bodyOf, isFailing))
      assert.deepEqual([finding!.id, finding!.certainty], ['invalid-input', 'certain'])
      assert.ok(finding!.title.includes(words), finding!.title)
    })
  }

  test('one value beyond all others is a value, not a limit', () => {
    const all = sent(
      () => ({ room: random.integer(1, 20), note: note() }),
      ({ room }) => room === 20,
    )
    assert.equal(why(all)[0]!.id, 'bad-row')
  })

  test('a field that comes and goes by chance is none', () => {
    const all = sent(
      () => ({ note: note(), ...maybe({ phone: note() }) }),
      () => random.chance(0.2),
    )
    assert.ok(why(all).every(({ id }) => id === 'unexplained'))
  })

  test('what is always refused as wrong is likely wrong; what always fails is not explained', () => {
    assert.deepEqual([why(always(415))[0]!.id, why(always(415))[0]!.certainty], ['invalid-input', 'likely'])
    assert.equal(why(always(500))[0]!.id, 'unexplained')
  })
})

describe('repeats that are not in a body', () => {
  const drawn = TIMES.map((at) => ({ at, number: random.integer(1, 1_500) }))
  const seen = new Set<number>()
  const repeated = drawn.map(({ at, number }) => {
    const is = seen.has(number)
    seen.add(number)
    return { at, number, outcome: is ? { status: 404, body: '' } : {} }
  })

  test('a row that is deleted twice', () => {
    const all = repeated.map(({ at, number, outcome }): Sent => {
      return { at, method: 'DELETE', name: '/a/{id}', target: `/a/${number}`, ...outcome }
    })
    const [finding] = why(all)
    assert.equal(finding!.id, 'repeated-input')
    assert.match(finding!.title, /segment 2 of the path had been sent before in this run/)
    const read = all.map((each) => ({ ...each, method: 'GET' }))
    assert.ok(why(read).every(({ id }) => id !== 'repeated-input'))
  })

  test('a key in a header', () => {
    const all = repeated.map(({ at, number, outcome }): Sent => {
      return { at, given: { 'Idempotency-Key': `k${number}` }, ...outcome }
    })
    assert.match(why(all)[0]!.title, /the idempotency-key had been sent before in this run/)
  })
})

function rows(isFailing: (row: number) => boolean, most = 90): Sent[] {
  return TIMES.map((at): Sent => {
    const row = random.integer(1, most)
    const outcome = isFailing(row) ? { status: 404, body: '' } : {}
    return { at, method: 'GET', name: '/rows/{id}', target: `/rows/${row}`, ...outcome }
  })
}

describe('rows of data', () => {
  test('of which those from a number on are not there', () => {
    const [finding] = why(rows((row) => row > 6_000, 9_000))
    assert.deepEqual([finding!.id, finding!.certainty], ['bad-row', 'certain'])
    assert.match(finding!.title, /segment 2 of the path was above what passes/)
  })

  test('of which many are bad, as of one shard', () => {
    const [finding] = why(rows((row) => row % 10 === 3))
    assert.equal(finding!.id, 'bad-row')
    assert.match(finding!.title, /was one of \d values \(/)
  })

  test('that fail by chance are not', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const all = rows(() => random.chance(0.15))
      assert.ok(
        why(all).every(({ id, certainty }) => id === 'unexplained' || certainty === 'possible'),
        `${seed}`,
      )
    }
  })
})
