import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Random } from '../../src/scenario/random.ts'
import type { Sent } from './recorded.ts'
import { asked, why } from './why.ts'

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
