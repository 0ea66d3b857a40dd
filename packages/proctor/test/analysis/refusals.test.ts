import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Random } from '../../src/scenario/random.ts'
import type { Sent } from './recorded.ts'
import { asked, why } from './why.ts'

describe('connections that were refused', () => {
  const times = asked(30, () => 30, new Random(1, 'refused'))
  const refused = { error: 'connection-refused', ms: 0.2 } as const
  const reset = { error: 'connection-reset', ms: 1 } as const

  test('several times, are told with each time', () => {
    const all = times.map((at): Sent => {
      const into = at % 10_000
      return { at, ...(into > 5_000 && into < 6_500 ? (into < 5_060 ? reset : refused) : {}) }
    })
    const [finding, ...others] = why(all)
    assert.deepEqual([finding!.id, finding!.certainty, others], ['restart', 'certain', []])
    assert.match(finding!.title, /was not there 3 times/)
    assert.match(
      finding!.evidence[0]!,
      /^Connections were refused at 5\.\d–6\.\d, 15\.\d–16\.\d, 25\.\d–26\.\d s/,
    )
  })

  test('once, are told from when to when', () => {
    const all = times.map((at): Sent => ({ at, ...(at > 5_000 && at < 6_500 ? refused : {}) }))
    assert.match(why(all)[0]!.title, /: the service was not there from 5(\.\d)? s to 6\.5 s: it restarted\.$/)
  })

  test('all along while others pass, are no restart', () => {
    const random = new Random(1, 'some')
    const all = times.map((at): Sent => ({ at, ...(random.chance(0.2) ? refused : {}) }))
    assert.deepEqual([why(all)[0]!.id, why(all)[0]!.certainty], ['bad-instance', 'possible'])
  })
})

describe('an address at which nothing ever answered', () => {
  const times = asked(10, () => 40, new Random(1, 'elsewhere'))
  const there = 'http://127.0.0.1:9292'
  const refused = {
    error: 'connection-refused',
    detail: 'connect ECONNREFUSED 127.0.0.1:9292',
    ms: 0.2,
  } as const

  /** Every third is answered with this, and followed to where nothing listens. */
  function redirected(status: number, location: string): Sent[] {
    return times.flatMap((at, index): Sent[] => {
      if (index % 3 > 0) return [{ at, method: 'GET', name: '/things' }]
      return [
        { at, name: '/things', status, headers: `Location: ${location}\r\n` },
        { at: at + 6, method: 'GET', name: '/things (redirect)', origin: there, ...refused },
      ]
    })
  }

  test('is told with the redirect that led there, and is no restart of the service', () => {
    const [finding, ...others] = why(redirected(303, `${there}/things/7`))
    assert.deepEqual([finding!.id, finding!.certainty, others], ['nothing-listens', 'certain', []])
    assert.match(
      finding!.title,
      /: the service redirects to http:\/\/127\.0\.0\.1:9292, where nothing listens/,
    )
    assert.match(
      finding!.evidence.join(' '),
      /POST \/things was answered 303 with Location: http:\/\/127\.0\.0\.1:9292\/things\/7\./,
    )
    assert.match(finding!.recommendation!, /X-Forwarded-Host/)
  })

  test('is told by its name where that is not resolved', () => {
    const all = redirected(302, `${there}/`).map((sent): Sent => {
      return sent.error === undefined ? sent : { ...sent, error: 'dns-failed' }
    })
    const [finding] = why(all)
    assert.match(finding!.title, /: the host name was not resolved: of http:\/\/127\.0\.0\.1:9292\.$/)
    assert.match(finding!.evidence.join(' '), /was answered 302 with Location: /)
    const ofHome = why(
      times.map((at, index): Sent => ({ at, ...(index % 3 > 0 ? {} : { error: 'dns-failed' }) })),
    )
    assert.match(ofHome[0]!.title, /: the host name was not resolved\.$/)
  })

  test('is the scenario’s own where no redirect led there', () => {
    const all = times.map((at, index): Sent => {
      return index % 3 > 0
        ? { at, name: '/things' }
        : { at, name: `${there}/prices`, target: '/prices', origin: there, ...refused }
    })
    const [finding, ...others] = why(all)
    assert.deepEqual([finding!.id, finding!.certainty, others], ['nothing-listens', 'certain', []])
    assert.match(
      finding!.recommendation!,
      /^Start what should listen at http:\/\/127\.0\.0\.1:9292, or correct that URL/,
    )
  })

  test('is the service itself where nothing passed at all', () => {
    const [finding] = why(times.map((at): Sent => ({ at, ...refused })))
    assert.deepEqual([finding!.id, finding!.certainty], ['nothing-listens', 'certain'])
    assert.match(finding!.recommendation!, /check -H http:\/\/127\.0\.0\.1:5000/)
  })

  test('is likely at most where the name was passed elsewhere: nobody kept all that passed', () => {
    const all = times.map((at, index): Sent => ({
      at,
      ...(index % 3 > 0 ? {} : { origin: there, ...refused }),
    }))
    assert.deepEqual([why(all)[0]!.id, why(all)[0]!.certainty], ['nothing-listens', 'likely'])
  })

  test('did not restart, though the name passed elsewhere before and after', () => {
    const all = times.map((at, index): Sent => {
      return at > 4_000 && at < 6_000 && index % 3 > 0 ? { at, origin: there, ...refused } : { at }
    })
    assert.ok(
      why(all).every(({ id, rivals }) =>
        [id, ...rivals.map((each) => each.id)].every((each) => each !== 'restart'),
      ),
    )
  })

  test('is none where it answered anything, if only an error', () => {
    const all = times.map((at): Sent => ({ at, ...(at > 5_000 ? refused : { status: 500, body: '' }) }))
    assert.ok(why(all).every(({ id }) => id !== 'nothing-listens'))
  })
})

describe('of two addresses', () => {
  const times = asked(20, () => 40, new Random(1, 'two'))
  const refused = { error: 'connection-refused', ms: 0.2 } as const
  const other = { name: '/prices', origin: 'http://127.0.0.1:6000' }
  const both = (isRefused: (at: number) => boolean): Sent[] =>
    times.map((at, index): Sent => {
      if (index % 2 === 0) return { at, name: '/things' }
      return { at, ...other, ...(isRefused(at) ? refused : {}) }
    })

  test('one restarts while the other passes all along', () => {
    const [finding] = why(both((at) => at > 8_000 && at < 9_500))
    assert.deepEqual([finding!.id, finding!.certainty], ['restart', 'certain'])
    assert.match(
      finding!.title,
      /of \d+ POST \/prices failed: the service was not there from 8(\.\d)? s to 9\.5 s: it restarted/,
    )
  })

  test('a restart of the one is not told of connections that broke at the other', () => {
    const all = both((at) => at > 8_000 && at < 9_500).map((sent): Sent => {
      const isBroken = sent.name === '/things' && sent.at > 8_000 && sent.at < 9_000
      return isBroken ? { ...sent, error: 'connection-reset' } : sent
    })
    const [, ofReset] = why(all)
    assert.match(ofReset!.about![0]!, /^POST \/things connection-reset/)
    assert.notEqual(ofReset!.id, 'restart')
  })
})

describe('a service that is not up yet', () => {
  const times = asked(20, () => 40, new Random(1, 'late'))
  const refused = { error: 'connection-refused', ms: 0.2 } as const

  test('is told by the moment from which it listened', () => {
    const [finding, ...others] = why(times.map((at): Sent => ({ at, ...(at < 1_540 ? refused : {}) })))
    assert.deepEqual([finding!.id, finding!.certainty, others], ['nothing-listens', 'certain', []])
    assert.match(
      finding!.title,
      /: nothing listened until 1\.6 s after the start: the service was not up yet/,
    )
  })

  test('is none that had passed before', () => {
    const all = times.map((at): Sent => ({ at, ...(at > 300 && at < 1_840 ? refused : {}) }))
    const [finding] = why(all)
    assert.deepEqual([finding!.id, finding!.certainty], ['restart', 'certain'])
    assert.ok(finding!.rivals.every(({ id }) => id !== 'nothing-listens'))
  })
})

describe('what a few refusals prove', () => {
  const times = asked(30, () => 10, new Random(1, 'few'))

  test('is no certain restart: a queue of connections may have been full', () => {
    for (const count of [1, 2, 3]) {
      const all = times.map((at, index): Sent => {
        return index >= 150 && index < 150 + count ? { at, error: 'connection-refused', ms: 0.2 } : { at }
      })
      assert.ok(
        why(all).every(({ certainty }) => certainty !== 'certain'),
        `${count}`,
      )
    }
  })

  test('is none either where others pass in the midst of them', () => {
    const all = times.map((at, index): Sent => {
      return at > 10_000 && index % 3 > 0 ? { at, error: 'connection-refused', ms: 0.2 } : { at }
    })
    assert.ok(why(all).every(({ id, certainty }) => id !== 'restart' || certainty !== 'certain'))
  })
})
