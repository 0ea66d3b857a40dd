import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Random } from '../../src/scenario/random.ts'
import { analyse } from '../../src/analysis/analyse.ts'
import { recordOfSent, type Sent } from './recorded.ts'
import { asked, askedBy, why } from './why.ts'

const ERROR = { status: 500, body: '' }

test('requests that failed for another reason did not pass', () => {
  const random = new Random(1, 'others')
  const all = asked(10, () => 40, random).map((at): Sent => {
    const room = random.integer(1, 20)
    const other = random.chance(0.2) ? { status: 503, body: 'later' } : {}
    return {
      at,
      sent: JSON.stringify({ room, note: random.integer(1, 1e9) }),
      ...(room === 7 ? ERROR : other),
    }
  })
  const passed = all.filter(({ status }) => status === undefined).length
  const finding = why(all).find(({ id }) => id === 'bad-row')!
  assert.ok(finding.title.includes(`0 of ${passed} passing`), finding.title)
  assert.equal(finding.evidence[0], `${passed} requests with other values passed.`)
})

describe('when it failed', () => {
  const times = asked(45, () => 40, new Random(1, 'when'))

  /** One outage, which ends later for one of two requests. */
  function outage(of: Record<string, Partial<Sent>>): Sent[] {
    return times.map((at, index): Sent => {
      const name = index % 2 === 0 ? '/a' : '/b'
      const is = at > 10_000 && at < (name === '/a' ? 14_000 : 18_000)
      return { at, name, ...(is ? of[name] : {}) }
    })
  }

  test('is told of all that one finding is about', () => {
    const [finding, ...others] = why(outage({ '/a': { status: 500 }, '/b': { status: 501 } }))
    assert.deepEqual([finding!.id, others], ['for-a-while', []])
    assert.match(finding!.title, /: all between 10 s and 18 s; it passed before and after/)
  })

  test('is told of how many, beside what they have in common', () => {
    const said = { status: 500, body: 'database is locked' }
    const all = outage({ '/a': said, '/b': { ...said, status: 503 } })
    const random = new Random(1, 'locked')
    const [finding] = why(
      all.map((sent) =>
        sent.name === '/b' ? { ...sent, status: random.chance(0.1) ? 503 : 200, body: said.body } : sent,
      ),
    )
    const of = all.filter(({ status }) => status === 500).length
    const count = finding!.explains!.failures
    assert.equal(finding!.id, 'dependency')
    assert.ok(
      finding!.evidence.some((line) =>
        line.startsWith(`When, of ${of} of these ${count}: all between 10 s and 14 s`),
      ),
      finding!.evidence.join('\n'),
    )
  })

  test('is told as bursts, though others pass within them', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const random = new Random(seed, 'bursts')
      const all = times.map((at): Sent => {
        const is = at >= 10_000 && at < 40_000 && at % 10_000 < 2_400 && random.chance(0.5)
        return { at, ...(is ? ERROR : {}) }
      })
      const [finding] = why(all)
      assert.match(
        finding!.title,
        /: all within 3 stretches of time, every 10 s or so, and it passed between them/,
      )
    }
  })

  test('says of how many, where others failed at other times', () => {
    const strays = new Set([times[100]!, times[1_000]!])
    const all = times.map((at): Sent => {
      const is = at >= 10_000 && at < 40_000 && at % 10_000 < 2_400
      return { at, ...(is || strays.has(at) ? ERROR : {}) }
    })
    const count = all.filter(({ status }) => status !== undefined).length
    const [finding] = why(all)
    assert.ok(finding!.title.includes(`failed: ${count - 2} of ${count} within 3 stretches`), finding!.title)
  })

  test('is not made of chance', () => {
    for (const part of [0.004, 0.01, 0.03, 0.1]) {
      for (let seed = 1; seed <= 25; seed++) {
        const random = new Random(seed, 'chance')
        const all = times.map((at): Sent => ({ at, ...(random.chance(part) ? ERROR : {}) }))
        assert.ok(
          why(all).every(({ id }) => id === 'unexplained'),
          `${part}, seed ${seed}`,
        )
      }
    }
  })
})

describe('a limit that the service speaks of', () => {
  const tooMany = { status: 429, body: 'Too Many Requests' }

  /** Of all requests so many pass in each second. */
  function limited(headers: string): Sent[] {
    const random = new Random(1, 'all')
    const passed = new Map<number, number>()
    const limits = Array.from({ length: 20 }, () => random.integer(40, 80))
    return asked(20, () => random.integer(90, 150), random).map((at): Sent => {
      const second = Math.floor(at / 1_000)
      const is = (passed.get(second) ?? 0) >= limits[second]!
      if (!is) passed.set(second, (passed.get(second) ?? 0) + 1)
      const name = random.pick(['/a', '/b'])
      return { at, name, user: random.integer(0, 19), ...(is ? { ...tooMany, headers } : {}) }
    })
  }

  test('is told by what the timeline shows of all requests that it refuses', () => {
    const record = recordOfSent(limited(''))
    const passing = record.timeline.map(({ total }) => total.count - total.failures)
    const [finding] = analyse(record)
    assert.deepEqual([finding!.id, finding!.certainty], ['rate-limit', 'certain'])
    assert.ok(
      finding!.evidence[0]!.includes(`${Math.min(...passing)} to ${Math.max(...passing)} of these requests`),
      finding!.evidence.join(),
    )
  })

  test('asks to honour Retry-After only where it came', () => {
    for (const [headers, does] of [
      ['', false],
      ['retry-after: 1\r\n', true],
    ] as const) {
      assert.equal(/Retry-After/.test(why(limited(headers))[0]!.recommendation ?? ''), does)
    }
  })

  for (const [what, isSliding] of [
    ['whose windows begin anew', false],
    ['whose window slides', true],
  ] as const) {
    test(`is told as a quota of each user, ${what}`, () => {
      const last = new Map<number, number[]>()
      const all = askedBy(20, 60, [200, 500], new Random(1, what)).map(({ at, user }): Sent => {
        const since = isSliding ? at - 10_000 : Math.floor(at / 10_000) * 10_000
        const passed = (last.get(user) ?? []).filter((each) => each >= since)
        last.set(user, passed.length < 20 ? [...passed, at] : passed)
        return { at, user, name: user % 2 === 0 ? '/a' : '/b', ...(passed.length < 20 ? {} : tooMany) }
      })
      const [finding] = why(all)
      assert.match(finding!.title, /: the service lets each user pass 20 times, and then no more for a while/)
    })
  }

  test('of all is not told as a quota of users who take turns', () => {
    const passed = new Map<number, number>()
    const random = new Random(1, 'turns')
    const all = Array.from({ length: 6_000 }, (_, index) => index * 3.3 + random.float(0, 3)).map(
      (at, index): Sent => {
        const second = Math.floor(at / 1_000)
        passed.set(second, (passed.get(second) ?? 0) + 1)
        const user = random.chance(0.2) ? random.integer(0, 9) : index % 10
        return { at, user, ...(passed.get(second)! > 100 ? tooMany : {}) }
      },
    )
    assert.match(why(all)[0]!.title, /: the service limits the rate of requests/)
  })
})

describe('a token that expired', () => {
  const refused = { status: 401, body: '' }

  test('is not made of a few refusals by chance, such as at the end', () => {
    // One user, 17 requests, of which the last three were refused; and one of each three users' last.
    const few = Array.from({ length: 17 }, (_, index): Sent => ({
      at: 1_000 * index,
      ...(index >= 14 ? refused : {}),
    }))
    const last = Array.from({ length: 60 }, (_, index): Sent => ({
      at: 300 * index,
      user: index % 3,
      ...(index >= 57 ? refused : {}),
    }))
    for (const all of [few, last]) assert.ok(why(all).every(({ id }) => id !== 'auth-expiry'))
  })

  test('is not made of chance in any of many short runs', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = new Random(seed, 'few')
      const all = askedBy(random.integer(1, 5), 4, [100, 400], random).map(({ at, user }): Sent => ({
        at,
        user,
        name: random.pick(['/a', '/b', '/c']),
        ...(random.chance(0.06) ? refused : {}),
      }))
      assert.ok(
        why(all).every(({ id }) => id !== 'auth-expiry'),
        `seed ${seed}`,
      )
    }
  })

  test('is told where several users pass, and from then on never again', () => {
    const random = new Random(1, 'over')
    const all = askedBy(8, 20, [200, 500], random).map(({ at, user }): Sent => ({
      at,
      user,
      ...(at > 9_000 + 100 * user ? refused : {}),
    }))
    assert.equal(why(all)[0]!.id, 'auth-expiry')
  })
})

describe('what services say of connections', () => {
  const random = new Random(1, 'words')
  const times = asked(10, () => 40, random)
  const isFailing = new Set(times.filter(() => random.chance(0.1)))
  const whyWith = (body: string) =>
    why(times.map((at): Sent => ({ at, ...(isFailing.has(at) ? { status: 500, body } : {}) })))[0]!

  // node-postgres, HikariCP, SQLAlchemy, Knex, Go, and others.
  for (const words of [
    'timeout exceeded when trying to connect',
    'HikariPool-1 - Connection is not available, request timed out after 30000ms.',
    'QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00',
    'Knex: Timeout acquiring a connection. The pool is probably full.',
    'sql: connection pool exhausted',
    'could not obtain a connection from the pool',
    'Unable to obtain connection within 5 s',
  ]) {
    test(`names the pool: ${words}`, () => {
      assert.match(whyWith(words).title, /: no connection was free in the pool/)
    })
  }

  for (const words of [
    'sorry, too many clients already',
    'remaining connection slots are reserved for roles with the SUPERUSER attribute',
  ]) {
    test(`names the database's limit and pools: ${words}`, () => {
      assert.match(whyWith(words).title, /: the database took no more connections: the pools/)
    })
  }

  test('names no dependency where it speaks of a timeout only', () => {
    assert.equal(whyWith('timeout').id, 'unexplained')
    assert.equal(whyWith('Operation timed out').id, 'unexplained')
  })
})

describe('one of three that take turns fails, whatever the request', () => {
  const random = new Random(1, 'thirds')
  const [often, seldom] = [60, 15].map((perSecond) => asked(40, () => perSecond, random))

  test('is told as one of so many instances, though few ask', () => {
    for (const times of [often!, seldom!]) {
      const all = times.map((at, index): Sent => ({
        at,
        ...(index % 3 === 1 ? { status: 502, body: '' } : {}),
      }))
      const [finding] = why(all)
      assert.deepEqual([finding!.id, finding!.certainty], ['bad-instance', 'likely'])
      assert.match(finding!.title, /: one in 3 did, more evenly than by chance/)
      assert.match(finding!.evidence[1]!, /^33 % \([23]\d(\.\d)? to 3\d %\) failed, whatever the request/)
    }
  })

  test('and a third by chance is a share with its interval', () => {
    const all = often!.map((at): Sent => ({ at, ...(random.chance(1 / 3) ? ERROR : {}) }))
    const count = all.filter(({ status }) => status !== undefined).length
    const [finding] = why(all)
    assert.equal(finding!.id, 'unexplained')
    const told = finding!.evidence.find((line) => line.endsWith('failed so, whatever the request.'))!
    const [part, low, high] = [...told.matchAll(/[\d.]+/g)].map(Number)
    assert.ok(Math.abs(part! - (100 * count) / all.length) < 0.6, told)
    assert.ok(low! < part! && part! < high! && high! - low! < 5, told)
  })
})
