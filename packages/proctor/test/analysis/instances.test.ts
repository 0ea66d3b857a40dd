import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Random } from '../../src/scenario/random.ts'
import type { Sent } from './recorded.ts'
import { asked, why } from './why.ts'

const SEEDS = [1, 2, 3, 4, 5]
const NAMES = ['/things', '/export'] as const

/** Answered by one of three, each of which names itself; `failing` says what comes instead of 200. */
function answered(
  seed: number,
  header: string,
  failing: (by: number, name: string, random: Random) => Partial<Sent>,
) {
  const random = new Random(seed, 'instances')
  return asked(10, () => 60, random).map((at): Sent => {
    const [by, name] = [random.integer(1, 3), random.pick(NAMES)]
    const told = header.replace('%', String(by))
    return { at, name, headers: `${told}\r\n`, ...failing(by, name, random) }
  })
}

describe('one of several that answer', () => {
  for (const [header, what] of [
    ['Server: things/3.%.0', 'version things/3.2.0'],
    ['X-Release: 2026-0%', 'version 2026-02'],
    ['X-Pod: app-%', 'instance app-2'],
    ['X-Upstream: 10.0.0.%:80', 'instance 10.0.0.2:80'],
  ] as const) {
    test(`is told by ${header}, where it fails one name and passes the other`, () => {
      const all = answered(1, header, (by, name) => (by === 2 && name === '/export' ? { status: 404 } : {}))
      const [finding, ...others] = why(all)
      assert.deepEqual([finding!.id, finding!.certainty, others], ['bad-instance', 'certain', []])
      assert.ok(finding!.title.includes(`they were answered by ${what} (`), finding!.title)
      assert.match(finding!.evidence[1]!, /^\d+ requests of other names passed there\.$/)
    })
  }

  test('is likely at most where the header’s name does not say that it tells it', () => {
    const all = answered(1, 'X-Colour: blue-%', (by, name) =>
      by === 2 && name === '/export' ? { status: 500 } : {},
    )
    assert.deepEqual([why(all)[0]!.id, why(all)[0]!.certainty], ['bad-instance', 'likely'])
  })

  test('is none where failures come by chance', () => {
    for (const seed of SEEDS) {
      const all = answered(seed, 'X-Version: 3.%', (_, __, random) =>
        random.chance(0.1) ? { status: 500 } : {},
      )
      assert.ok(
        why(all).every(({ id }) => id === 'unexplained'),
        `seed ${seed}`,
      )
    }
  })

  test('is none where only errors bear the value: a proxy’s, or the error’s own', () => {
    for (const header of ['Server: nginx/1.24', 'X-Colour: red']) {
      const all = answered(1, 'Server: app/%\r\nX-Colour: green', (_, __, random) => {
        return random.chance(0.2) ? { status: 500, headers: `${header}\r\n` } : {}
      })
      assert.ok(
        why(all).every(({ id }) => id === 'unexplained'),
        header,
      )
    }
  })
})

function turns(seed: number, isFailing: (index: number, random: Random) => boolean): Sent[] {
  const random = new Random(seed, 'turns')
  return asked(4, () => 300, random).map((at, index): Sent => {
    const is = isFailing(index, random)
    return { at, name: random.pick(NAMES), user: random.integer(0, 19), ...(is ? { status: 500 } : {}) }
  })
}

describe('instances that take turns, and tell nothing', () => {
  for (const seed of SEEDS) {
    test(`are suspected where failures come more evenly than by chance (seed ${seed})`, () => {
      const [finding, ...others] = why(turns(seed, (index) => index % 4 === 0))
      assert.deepEqual([finding!.id, finding!.certainty, others], ['bad-instance', 'likely', []])
      assert.match(finding!.title, /one in (3\.9\d|4|4\.0\d) did, more evenly than by chance/)
    })

    test(`are not where they come by chance (seed ${seed})`, () => {
      const all = turns(seed, (_, random) => random.chance(0.25))
      assert.ok(why(all).every(({ id }) => id === 'unexplained'))
    })
  }
})
