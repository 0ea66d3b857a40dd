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

  test('a limit is one, though others fail by chance', () => {
    const all = sent(
      () => ({ age: random.integer(18, 90), note: note() }),
      ({ age }) => Number(age) > 75 || random.chance(0.02),
    )
    const [finding] = why(all)
    assert.equal(finding!.id, 'invalid-input')
    assert.match(finding!.title, /age was above what passes \(\d+ of \d+ failing, 0 of \d+ passing\)/)
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

function ofSize(bytes: number, isFailing: boolean): object {
  return { sent: JSON.stringify({ a: 'x'.repeat(bytes) }), ...(isFailing ? FAILED : {}) }
}

describe('bodies that are too large', () => {
  test('are told by their size, though others fail by chance', () => {
    const all = TIMES.map((at): Sent => {
      const bytes = random.integer(10, 80_000)
      return { at, ...ofSize(bytes, bytes > 40_000 || random.chance(0.03)) }
    })
    const [finding] = why(all)
    assert.deepEqual([finding!.id, finding!.certainty], ['payload-limit', 'likely'])
    assert.match(finding!.evidence[0]!, /^From 32\.8 KB on: \d+ of \d+ failing/)
  })

  test('are not small ones that differ by a few bytes', () => {
    const all = TIMES.map((at): Sent => {
      const isWide = random.chance(0.2)
      const body = JSON.stringify({ name: isWide ? 'Łódź and more' : 'Lodz', n: random.integer(1e8, 1e9) })
      return { at, sent: body, ...(isWide ? { error: 'connection-reset' as const } : {}) }
    })
    assert.equal(why(all)[0]!.id, 'invalid-input')
  })

  test('may be headers, by the status', () => {
    const all = TIMES.map((at): Sent => ({ at, ...(at > 5_000 ? { status: 431, body: '' } : {}) }))
    assert.deepEqual([why(all)[0]!.id, why(all)[0]!.certainty], ['payload-limit', 'likely'])
    assert.match(why(all)[0]!.title, /the request’s headers were larger than the service takes/)
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
