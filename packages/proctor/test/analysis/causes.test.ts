import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Random } from '../../src/scenario/random.ts'
import type { Sent } from './recorded.ts'
import { asked, why } from './why.ts'

describe('a limit on the rate that the service does not speak of', () => {
  const refusal = { status: 503, body: '{"title":"Not now"}', headers: 'content-type: application/json\r\n' }

  for (let seed = 1; seed <= 5; seed++) {
    test(`is seen by what passes, however many are asked (seed ${seed})`, () => {
      const random = new Random(seed, 'limit')
      const limit = random.integer(20, 60)
      const passed = new Map<number, number>()
      const all = asked(20, () => random.integer(limit + 10, 3 * limit), random).map((at): Sent => {
        const second = Math.floor(at / 1_000)
        passed.set(second, (passed.get(second) ?? 0) + 1)
        return { at, user: random.integer(0, 19), ...(passed.get(second)! > limit ? refusal : {}) }
      })
      const [finding] = why(all)
      assert.deepEqual([finding!.id, finding!.certainty], ['rate-limit', 'likely'])
      assert.match(finding!.evidence[0]!, new RegExp(`about ${limit} passed each time: ${limit} a second`))
    })

    test(`is not seen in what fails by chance, or by who asks (seed ${seed})`, () => {
      const random = new Random(seed, 'no limit')
      const times = asked(20, () => random.integer(40, 160), random)
      const byChance = times.map((at): Sent => ({ at, ...(random.chance(0.4) ? refusal : {}) }))
      const byUser = times.map((at, index): Sent => {
        return { at, user: index % 20, ...(index % 20 < 8 ? refusal : {}) }
      })
      for (const all of [byChance, byUser]) assert.ok(why(all).every(({ id }) => id !== 'rate-limit'))
    })
  }
})

describe('outages', () => {
  const times = asked(60, () => 30, new Random(1, 'outages'))
  const failing = { status: 500, body: '' }

  test('of several one is told for all, with their times and how often they come', () => {
    const all = times.map((at): Sent => ({
      at,
      ...(at % 20_000 > 10_000 && at % 20_000 < 12_500 ? failing : {}),
    }))
    const [finding, ...others] = why(all)
    assert.deepEqual([finding!.id, others], ['for-a-while', []])
    assert.match(
      finding!.title,
      /all within 3 stretches of time, every 20 s or so, and it passed between them/,
    )
    assert.match(finding!.evidence[0]!, /^At 10\.\d–12\.\d, 30\.\d–32\.\d, 50\.\d–52\.\d s of the run/)
  })

  test('are not made of failures that come by chance', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = new Random(seed, 'rare')
      const all = times.map((at): Sent => ({ at, ...(random.chance(0.006) ? failing : {}) }))
      assert.ok(
        why(all).every(({ id }) => id === 'unexplained'),
        `seed ${seed}`,
      )
    }
  })
})

describe('bodies that are not what was promised', () => {
  const times = asked(10, () => 20, new Random(1, 'bodies'))
  const json = 'content-type: application/json\r\n'
  for (const [what, body, headers] of [
    [
      'an HTML page where JSON was promised',
      '<!DOCTYPE html><title>Sign in</title>',
      'content-type: text/html\r\n',
    ],
    ['JSON that was cut off', '{"rows":[{"id":1},{"i', json],
    ['empty where JSON was promised', '', json],
  ] as const) {
    test(what, () => {
      const all = times.map((at, index): Sent => {
        return index % 7 === 0 ? { at, body, headers, refused: 'no rows' } : { at, headers: json }
      })
      const [finding] = why(all)
      assert.equal(finding!.id, 'bad-body')
      assert.ok(finding!.title.endsWith(`the answer was ${what}.`), finding!.title)
    })
  }

  test('what a check refuses for another reason is none of them', () => {
    const all = times.map((at, index): Sent => {
      return index % 7 === 0
        ? { at, body: '{"rows":[]}', headers: json, refused: 'no rows' }
        : { at, headers: json }
    })
    assert.ok(why(all).every(({ id }) => id === 'unexplained'))
  })

  test('an answer that breaks off is told from a connection that was closed before', () => {
    const [half, never] = [true, false].map((hasBegun) => {
      const broken = { error: 'connection-closed', hasBegun } as const
      return why(times.map((at, index): Sent => ({ at, ...(index % 7 === 0 ? broken : {}) })))[0]!
    })
    assert.deepEqual([half!.id, half!.certainty], ['bad-body', 'certain'])
    assert.notEqual(never!.certainty, 'certain')
  })
})

function page(title: string, below: string): string {
  const style = `<style>body { cursor: ${'x'.repeat(500)} }</style>`
  return `<!DOCTYPE html><html><head><title>${title}</title>${style}</head><body>${'<p>frame</p>'.repeat(150)}${below}`
}

test('what stands far down a page of a framework is nobody’s word', () => {
  const times = asked(10, () => 40, new Random(1, 'page'))
  const random = new Random(2, 'page')
  const whyWith = (body: string): string => {
    return why(times.map((at): Sent => ({ at, ...(random.chance(0.1) ? { status: 500, body } : {}) })))[0]!.id
  }
  assert.equal(whyWith(page('Error', 'database is locked')), 'unexplained')
  assert.equal(whyWith(page('database is locked', '')), 'dependency')
})

describe('fields that repeat together', () => {
  const random = new Random(1, 'together')
  const seen = new Set<number>()
  const all = asked(20, () => 30, random).map((at): Sent => {
    const number = random.integer(1, 4_000)
    const isRepeat = seen.has(number)
    seen.add(number)
    const sent = JSON.stringify({ note: random.integer(1, 1e9), label: `L${number}`, batch: `B${number}` })
    return { at, sent, ...(isRepeat ? { status: 500, body: '' } : {}) }
  })

  test('are all named where nothing tells which of them it is', () => {
    const [finding] = why(all)
    assert.match(finding!.title, /: the label or batch had been sent before in this run/)
  })

  test('are one where the service names it', () => {
    const named = all.map((sent) => (sent.status === 500 ? { ...sent, body: 'batch is not unique' } : sent))
    assert.match(why(named)[0]!.title, /: the batch had been sent before in this run/)
  })
})
