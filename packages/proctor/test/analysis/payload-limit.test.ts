import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Random } from '../../src/scenario/random.ts'
import type { Sent } from './recorded.ts'
import { askedBy, why } from './why.ts'

const BARE = { status: 400, body: '<h1>400 Bad Request</h1>', headers: 'content-type: text/html\r\n' }
const LIMIT = 4_096
const NAMES = ['/things', '/export'] as const

/** Users whose cookies grow with what they do, each at a pace of its own; `answer` says what comes instead of 200. */
function grown(seed: number, answer: (cookies: number, random: Random) => Partial<Sent>, step = 400): Sent[] {
  const random = new Random(seed, 'cookies')
  const cookies = new Map<number, number>()
  return askedBy(20, 5, [30, 90], random).map(({ at, user }): Sent => {
    const has = cookies.get(user) ?? 0
    if (random.chance(0.1 + user / 40)) cookies.set(user, has + random.integer(step >> 1, step))
    return { at, user, name: random.pick(NAMES), cookies: has, ...answer(has, random) }
  })
}

describe('headers that grow beyond a limit', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    test(`are told where the answer says nothing, of all names at once (seed ${seed})`, () => {
      const [finding, ...others] = why(grown(seed, (cookies) => (cookies > LIMIT ? BARE : {})))
      assert.deepEqual([finding!.id, finding!.certainty, others], ['payload-limit', 'likely', []])
      assert.match(
        finding!.title,
        /\(POST \/\w+, POST \/\w+\) failed: the request’s headers were larger than the service takes/,
      )
      const [, most, least] =
        /up to ([\d,]+) bytes. Failing: from ([\d,]+) bytes on \((\d+) of \3 failing, 0 of/.exec(
          finding!.evidence[0]!,
        )!
      assert.ok(Number(most!.replace(',', '')) < LIMIT + 150 && Number(least!.replace(',', '')) > LIMIT)
      assert.match(finding!.evidence.join(' '), /Cookie took at least 4,\d\d\d bytes of it\./)
    })

    test(`are not told where as many fail by chance, or of heads that are small (seed ${seed})`, () => {
      const byChance = grown(seed, (_, random) => (random.chance(0.3) ? BARE : {}))
      const small = grown(seed, (cookies) => (cookies > LIMIT / 20 ? BARE : {}), 20)
      const short = grown(seed, (cookies) => (cookies > LIMIT / 4 ? BARE : {}), 200)
      for (const all of [byChance, small, short])
        assert.ok(why(all).every(({ id }) => id !== 'payload-limit'))
    })
  }

  test('are certain where the status says so, with what passed', () => {
    const [finding] = why(grown(1, (cookies) => (cookies > LIMIT ? { status: 431, body: '' } : {})))
    assert.deepEqual([finding!.id, finding!.certainty], ['payload-limit', 'certain'])
    assert.match(finding!.evidence[0]!, /^Passing: line and headers of up to 4,\d\d\d bytes/)
  })

  test('are not told where nearly all are large, and differ in the digits of a length', () => {
    const random = new Random(1, 'digits')
    const all = askedBy(20, 5, [30, 90], random).map(({ at, user }): Sent => {
      const isLong = random.chance(0.2)
      return { at, user, cookies: isLong ? 2_501 : 2_500, ...(isLong ? BARE : {}) }
    })
    assert.ok(why(all).every(({ id }) => id !== 'payload-limit'))
  })

  test('are not told of answers that say something else, such as who may do what', () => {
    const all = grown(1, (cookies) => (cookies > LIMIT ? { status: 403, body: 'not yours' } : {}))
    assert.ok(why(all).every(({ id }) => id !== 'payload-limit'))
  })
})
