import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Random } from '../../src/scenario/random.ts'
import type { Sent } from './recorded.ts'
import { askedBy, why } from './why.ts'

const ERROR = { status: 500, body: '' }
const NAMES = ['/things', '/export'] as const

interface Over {
  readonly at: number
  readonly user: number
  readonly connection: number
  readonly random: Random
}

/** Users each with one connection after the other, of so many uses; `isFailing` says what fails. */
function over(seed: number, uses: number, isFailing: (over: Over) => boolean): Sent[] {
  const random = new Random(seed, 'connections')
  const counts = new Map<number, number>()
  return askedBy(20, 5, [30, 90], random).map(({ at, user }): Sent => {
    const before = counts.get(user) ?? 0
    counts.set(user, before + 1)
    const connection = 1 + user * 1_000 + Math.floor(before / uses)
    const sent = { at, user, connection, use: 1 + (before % uses), name: random.pick(NAMES) }
    return { ...sent, ...(isFailing({ at, user, connection, random }) ? ERROR : {}) }
  })
}

/** One of four instances, drawn for each connection. */
function leadsAstray(seed: number): (over: Pick<Over, 'connection'>) => boolean {
  const led = new Map<number, boolean>()
  const random = new Random(seed, 'instances')
  return ({ connection }) => {
    if (!led.has(connection)) led.set(connection, random.chance(0.25))
    return led.get(connection)!
  }
}

function isToldOf(all: readonly Sent[]): boolean {
  return why(all).some(({ title, rivals }) =>
    `${title} ${rivals.map((each) => each.why).join(' ')}`.includes('follow the connection'),
  )
}

for (const seed of [1, 2, 3, 4, 5]) {
  describe(`failures and connections (seed ${seed})`, () => {
    test('one of several instances among which connections are balanced is likely, with what each connection carried', () => {
      const all = over(seed, 8, leadsAstray(seed))
      const [finding, ...others] = why(all)
      assert.deepEqual([finding!.id, finding!.certainty, others], ['bad-instance', 'likely', []])
      assert.match(finding!.title, /: failures follow the connection: all that one carries fails, or none/)
      const failed = new Set(all.filter(({ status }) => status === 500).map(({ connection }) => connection))
        .size
      const passed = new Set(all.map(({ connection }) => connection)).size - failed
      const said = `All answers over ${failed} connections were such failures, and none over ${passed} others.`
      assert.equal(finding!.evidence[0], said)
    })

    test('it is told where a few of the others fail by chance, too', () => {
      const isLed = leadsAstray(seed)
      const all = over(seed, 20, ({ connection, random }) => isLed({ connection }) !== random.chance(0.001))
      assert.ok(isToldOf(all))
      assert.ok(why(all).every(({ evidence }) => !evidence.join(' ').includes('and none over')))
    })

    test('users who fail whatever they are connected to are no instance', () => {
      assert.ok(!isToldOf(over(seed, 8, ({ user }) => user < 5)))
    })

    test('nor are users who keep one connection each: nothing tells the two apart', () => {
      assert.ok(!isToldOf(over(seed, 10_000, leadsAstray(seed))))
    })

    test('nor are failures by chance, outages, or those that begin in the middle of a connection', () => {
      assert.ok(!isToldOf(over(seed, 8, ({ random }) => random.chance(0.25))))
      assert.ok(!isToldOf(over(seed, 8, ({ at }) => at % 1_000 < 400)))
      assert.ok(!isToldOf(over(seed, 30, ({ at }) => at > 1_500 && at < 3_000)))
      const broken = new Set<number>()
      const all = over(seed, 8, ({ connection, random }) => {
        if (random.chance(0.08)) broken.add(connection)
        return broken.has(connection)
      })
      assert.ok(!isToldOf(all))
    })

    test('nor are users whom another connection seldom helps, or who passed over it for as long as all did', () => {
      const helped = new Set(Array.from({ length: 8 }, (_, i) => 2 + (i % 5) * 1_000 + Math.floor(i / 5)))
      assert.ok(!isToldOf(over(seed, 8, ({ user, connection }) => user < 5 && !helped.has(connection))))
      const reopened = over(seed, 1_000, ({ at }) => at > 2_000 && at < 3_500).map((sent): Sent => {
        const times = sent.at < 2_000 ? 1 : sent.at < 3_500 ? 2 : 3
        return { ...sent, connection: sent.connection! + times }
      })
      assert.equal(why(reopened)[0]!.id, 'for-a-while')
    })

    test('nor are a few connections, or such as break without an answer', () => {
      const few = new Set([1, 1_003, 2_005, 3_002, 4_004, 5_006])
      assert.ok(!isToldOf(over(seed, 2, ({ connection }) => few.has(connection))))
      const broken = over(seed, 8, leadsAstray(seed)).map((sent): Sent => {
        return sent.status === 500 ? { ...sent, error: 'connection-reset' } : sent
      })
      assert.ok(!isToldOf(broken))
    })

    test('nor is one connection to each request', () => {
      assert.ok(!isToldOf(over(seed, 1, leadsAstray(seed))))
    })
  })
}

test('an instance that fails one name only is told of that name', () => {
  const isLed = leadsAstray(1)
  const all = over(1, 30, () => false).map((sent): Sent => {
    return sent.name === '/export' && isLed({ connection: sent.connection! }) ? { ...sent, ...ERROR } : sent
  })
  const [finding] = why(all)
  assert.deepEqual([finding!.id, finding!.certainty], ['bad-instance', 'likely'])
  assert.match(finding!.title, /POST \/export failed: failures follow the connection/)
})
