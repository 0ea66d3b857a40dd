import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Random } from '../../src/scenario/random.ts'
import type { Sent } from './recorded.ts'
import { asked, askedBy, why } from './why.ts'

const SEEDS = [1, 2, 3, 4, 5]
const ERROR = { status: 500, body: '' }

describe('a wait inside of the service that is given up', () => {
  const random = new Random(1, 'waits')
  const times = asked(10, () => 40, random)

  test('is likely a dependency, though nothing says so', () => {
    const all = times.map((at): Sent => ({
      at,
      ...(random.chance(0.1) ? { ...ERROR, ms: random.float(250, 270) } : {}),
    }))
    const [finding] = why(all)
    assert.deepEqual([finding!.id, finding!.certainty], ['dependency', 'likely'])
    assert.match(
      finding!.evidence.join(' '),
      /Each failed after 2\d\d ms to 2\d\d ms: a fixed wait, given up\./,
    )
  })

  test('is none where others wait as long and pass, or where those that fail take all sorts of times', () => {
    const alike = times.map((at): Sent => ({
      at,
      ms: random.float(250, 270),
      ...(random.chance(0.1) ? ERROR : {}),
    }))
    const sorts = times.map((at): Sent => ({
      at,
      ...(random.chance(0.1) ? { ...ERROR, ms: random.float(60, 900) } : {}),
    }))
    for (const all of [alike, sorts]) assert.ok(why(all).every(({ id }) => id === 'unexplained'))
  })

  test('that comes again and again is told with when it was, and why is preferred', () => {
    const all = times.map((at): Sent => ({
      at,
      ...(at % 2_000 > 1_600 ? { ...ERROR, ms: random.float(250, 270) } : {}),
    }))
    const [finding] = why(all)
    assert.equal(finding!.id, 'dependency')
    assert.match(finding!.evidence.at(-1)!, /^When: all within 5 stretches of time, every 2 s or so/)
    const quick = all.map((sent) => ({ ...sent, ms: 5 }))
    assert.equal(why(quick)[0]!.id, 'for-a-while')
  })
})

describe('more at a time than a service takes', () => {
  const times = asked(6, (second) => (second % 2 === 0 ? 30 : 150), new Random(1, 'at a time'))

  test('is told by how many were in flight, whatever the status', () => {
    for (const status of [500, 503]) {
      let ends: number[] = []
      const all = times.map((at): Sent => {
        ends = ends.filter((end) => end > at)
        const isFull = ends.length >= 8
        if (!isFull) ends.push(at + 90)
        return { at, ms: isFull ? 1 : 90, ...(isFull ? { status, body: '' } : {}) }
      })
      const [finding] = why(all)
      assert.equal(finding!.id, 'overload')
      assert.match(finding!.evidence[0]!, /^From 8 requests in flight on: /)
    }
  })

  test('is told where it turns others away at once, though it is full nearly always', () => {
    const random = new Random(1, 'full')
    let ends: number[] = []
    const all = asked(6, () => 150, random).map((at): Sent => {
      ends = ends.filter((end) => end > at)
      const isFull = ends.length >= 6
      if (!isFull) ends.push(at + 90)
      return { at, ms: isFull ? 1 : 90, ...(isFull ? ERROR : {}) }
    })
    const [finding] = why(all)
    assert.deepEqual([finding!.id, finding!.certainty], ['overload', 'likely'])
    assert.match(finding!.evidence[0]!, /^They failed at once, and never with fewer than [3-6] in flight/)
    const byChance = asked(6, () => 400, random).map((at): Sent => {
      return { at, ...(random.chance(0.5) ? { ...ERROR, ms: 1 } : { ms: 90 }) }
    })
    assert.ok(why(byChance).every(({ id }) => id === 'unexplained'))
  })

  test('is not told where they fail by chance', () => {
    const random = new Random(1, 'chance')
    const all = times.map((at): Sent => ({
      at,
      ms: 90,
      ...(random.chance(0.2) ? { status: 503, body: '' } : {}),
    }))
    assert.ok(why(all).every(({ id }) => id === 'unexplained'))
  })
})

describe('what is set up for each', () => {
  for (const [what, isFirst] of [
    ['of its user', ({ user }: Sent, seen: Set<unknown>) => !seen.has(user)],
    ['on its connection', ({ use }: Sent) => use === 1],
  ] as const) {
    test(`fails only the first request ${what}`, () => {
      const seen = new Set<unknown>()
      const random = new Random(1, 'first')
      const all = askedBy(60, 4, [200, 500], random).map(({ at, user }): Sent => {
        const sent = { at, user, use: seen.has(user) && !random.chance(0.02) ? 5 : 1 }
        const is = isFirst(sent, seen)
        seen.add(user)
        return { ...sent, ...(is ? ERROR : {}) }
      })
      const [finding] = why(all)
      assert.equal(finding!.id, 'warm-up')
      assert.ok(finding!.title.includes(`each was the first request ${what}`), finding!.title)
    })
  }

  test('is not to blame where each request has a connection of its own', () => {
    const random = new Random(1, 'own')
    const all = asked(5, () => 60, random).map((at): Sent => ({
      at,
      use: 1,
      ...(random.chance(0.1) ? ERROR : {}),
    }))
    assert.equal(why(all)[0]!.id, 'unexplained')
  })
})

describe('connections that were reset', () => {
  const reset = { error: 'connection-reset', ms: 1 } as const

  test('are stale where the service closes them after so many uses', () => {
    const uses = new Map<number, number>()
    const all = askedBy(10, 10, [50, 90], new Random(1, 'uses')).map(({ at, user }): Sent => {
      const use = (uses.get(user) ?? 0) + 1
      uses.set(user, use > 20 ? 0 : use)
      return { at, user, use, ...(use > 20 ? reset : {}) }
    })
    const [finding] = why(all)
    assert.deepEqual([finding!.id, finding!.certainty], ['stale-connection', 'likely'])
    assert.match(
      finding!.evidence[0]!,
      /^Each was at least use 21 of its connection, and no connection passed more than 20 times/,
    )
  })

  for (const seed of SEEDS) {
    test(`are stale after long pauses, and not by chance, even where all pauses are alike (seed ${seed})`, () => {
      const random = new Random(seed, 'pauses')
      const last = new Map<number, number>()
      const idle = askedBy(20, 10, [20, 400], random).map(({ at, user }): Sent => {
        const isLong = at - (last.get(user) ?? at) > 300
        last.set(user, at)
        return { at, user, ...(isLong ? reset : {}) }
      })
      assert.equal(why(idle)[0]!.id, 'stale-connection')
      for (const think of [
        [20, 400],
        [100, 100],
      ] as const) {
        const all = askedBy(20, 10, think, random).map((each): Sent => ({
          ...each,
          ...(random.chance(0.1) ? reset : {}),
        }))
        assert.ok(
          why(all).every(({ certainty, id }) => id !== 'stale-connection' && certainty === 'possible'),
        )
      }
    })
  }
})

describe('a token that is good for a time', () => {
  const refused = { status: 401, body: '' }

  for (const seed of SEEDS) {
    test(`is told by as long as each user passed, who logs in again (seed ${seed})`, () => {
      const random = new Random(seed, 'tokens')
      const since = new Map<number, number>()
      const all = askedBy(20, 6, [50, 150], random).map(({ at, user }): Sent => {
        const isOver = at - (since.get(user) ?? at) > 1_500
        if (isOver || !since.has(user)) since.set(user, at)
        return { at, user, ...(isOver ? refused : {}) }
      })
      const [finding] = why(all)
      assert.equal(finding!.id, 'auth-expiry')
      assert.match(finding!.evidence[0]!, /times a user was refused after it had passed for 1\.\d\d? s/)
      const byChance = all.map(({ at, user }): Sent => ({
        at,
        user: user!,
        ...(random.chance(0.07) ? refused : {}),
      }))
      assert.ok(why(byChance).every(({ id }) => id === 'unexplained'))
    })
  }

  test('is told by its words, whatever the status', () => {
    const times = asked(10, () => 40, new Random(1, 'words'))
    const expired = { status: 500, body: 'jwt expired' }
    const all = times.map((at): Sent => ({ at, ...(at > 6_000 ? expired : {}) }))
    assert.deepEqual([why(all)[0]!.id, why(all)[0]!.certainty], ['auth-expiry', 'certain'])
    const coupon = all.map((sent) => (sent.status === 500 ? { ...sent, body: 'coupon expired' } : sent))
    assert.equal(why(coupon)[0]!.id, 'after-a-point')
  })
})
