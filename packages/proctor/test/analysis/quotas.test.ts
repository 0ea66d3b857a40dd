import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Random } from '../../src/scenario/random.ts'
import type { Sent } from './recorded.ts'
import { askedBy, why } from './why.ts'

const SEEDS = [1, 2, 3, 4, 5]
const REFUSED = { status: 403, body: '{"error":"E"}', headers: 'content-type: application/json\r\n' }

/** Twenty users ask for two names; `isRefused` is told when, of whom, and how many of that user's came before. */
function asking(
  seed: number,
  isRefused: (asked: { at: number; user: number; random: Random }) => boolean,
  thinkMs: readonly [number, number] = [15, 45],
): Sent[] {
  const random = new Random(seed, 'quota')
  return askedBy(20, 3, thinkMs, random).map(({ at, user }): Sent => {
    const is = isRefused({ at, user, random })
    return { at, user, ms: 2, name: random.pick(['/a', '/b']), ...(is ? REFUSED : {}) }
  })
}

interface When {
  readonly at: number
  readonly user: number
}

/** So many pass in each window, by the key given. */
function limit(most: number, keyOf: (asked: When) => string) {
  const counts = new Map<string, number>()
  return (asked: When): boolean => {
    const key = keyOf(asked)
    counts.set(key, (counts.get(key) ?? 0) + 1)
    return counts.get(key)! > most
  }
}

const outage = ({ at }: { at: number }): boolean => at > 1_200 && at < 1_700

/** Where they think for 30 ms, all have passed 35 times by then. */
const allAlike = ({ at }: { at: number }): boolean => at > 1_222 && at < 1_700

const left = (rest: string): string => `content-type: application/json\r\nx-ratelimit-remaining: ${rest}\r\n`

const idsOf = (all: readonly Sent[]): string[] => why(all).map(({ id }) => id)

describe('a quota of each user, which the service does not speak of', () => {
  for (const seed of SEEDS) {
    test(`is seen by runs that are alike, and is less sure where none passes again (seed ${seed})`, () => {
      for (const [keyOf, certainty, words] of [
        [({ at, user }: When) => `${user} ${Math.floor(at / 1_000)}`, 'certain', 'no more for a while.'],
        [({ user }: When) => `${user}`, 'likely', 'no more.'],
      ] as const) {
        const [finding, ...others] = why(asking(seed, limit(15, keyOf)))
        assert.deepEqual([finding!.id, finding!.certainty, others], ['rate-limit', certainty, []])
        assert.match(finding!.title, /the service lets each user pass 15 times/)
        assert.ok(finding!.title.endsWith(words), finding!.title)
      }
    })

    test(`is not seen in chance, nor in an outage that hits all alike (seed ${seed})`, () => {
      assert.deepEqual(
        new Set(idsOf(asking(seed, ({ random }) => random.chance(0.3)))),
        new Set(['unexplained']),
      )
      assert.deepEqual(idsOf(asking(seed, outage)), ['for-a-while'])
    })
  }

  test('is not sure where users ask at even distances: an outage would look the same', () => {
    assert.deepEqual(idsOf(asking(1, allAlike, [30, 30])), ['for-a-while'])
  })
})

describe('a limit of all users, filled up each second', () => {
  for (const seed of SEEDS) {
    test(`is seen by as many that pass each time (seed ${seed})`, () => {
      const [finding] = why(
        asking(
          seed,
          limit(120, ({ at }) => String(Math.floor(at / 1_000))),
        ),
      )
      assert.deepEqual([finding!.id, finding!.certainty], ['rate-limit', 'likely'])
      assert.match(finding!.evidence[0]!, /^3 times it let 120 pass and refused the rest/)
    })

    test(`is not seen in outages that come again (seed ${seed})`, () => {
      assert.deepEqual(idsOf(asking(seed, ({ at }) => at % 900 > 600)), ['for-a-while'])
    })
  }
})

test('headers say that nothing is left of a limit', () => {
  const random = new Random(1, 'left')
  const all = asking(1, () => random.chance(0.3)).map((sent, index): Sent => {
    return { ...sent, headers: left(sent.status === undefined ? String(index) : '0') }
  })
  assert.equal(why(all)[0]!.id, 'rate-limit')
  const always = all.map((sent) => ({ ...sent, headers: left('0') }))
  assert.ok(idsOf(always).every((id) => id === 'unexplained'))
})
