import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { analyse } from '../../src/analysis/analyse.ts'
import { Random } from '../../src/scenario/random.ts'
import { recordOfSent, type Sent } from './recorded.ts'
import { asked, why } from './why.ts'

/** Every other asks for a path that is not there: one of so many. */
function missing(times: readonly number[], names: number): Sent[] {
  return times.slice(0, 200).map((at, index): Sent => {
    const asks = index % 2 === 0 ? { status: 404, name: `/no/${(index / 2) % names}` } : { name: '/a' }
    return { at, method: 'GET', ...asks }
  })
}

describe('failures of many names that look the same', () => {
  const times = asked(20, () => 400, new Random(1, 'names'))

  test('are one finding where nothing explains them, with those that no evidence was kept of', () => {
    const random = new Random(1, 'chance')
    const all = times.map((at, index): Sent => {
      const fails = random.chance(0.1) ? { status: 500, body: '' } : {}
      return { at, method: 'GET', name: `/${index % 100}`, user: random.integer(0, 19), ...fails }
    })
    const failed = all.filter(({ status }) => status === 500)
    const unexplained = why(all).filter(({ id }) => id === 'unexplained')
    const count = new Set(failed.map(({ name }) => name)).size
    assert.equal(unexplained.length, 1)
    assert.match(
      unexplained[0]!.title,
      new RegExp(
        `^${failed.length} of \\d,\\d+ requests of ${count} names \\(GET /\\d+, GET /\\d+, GET /\\d+, …\\) failed with 500 Internal Server Error: `,
      ),
    )
    assert.equal(unexplained[0]!.about!.length, count)
    assert.match(
      unexplained[0]!.evidence.at(-1)!,
      new RegExp(`^No evidence was kept of \\d+ of these ${failed.length} failures\\.$`),
    )
  })

  test('and of a path that is not there, too', () => {
    assert.deepEqual(
      why(missing(times, 2)).map(({ title }) => title),
      ['100 of 100 requests (GET /no/0, GET /no/1) failed: the service knows no such path.'],
    )
    assert.deepEqual(
      why(missing(times, 5)).map(({ title }) => title),
      [
        '100 of 100 requests of 5 names (GET /no/0, GET /no/1, GET /no/2, …) failed: the service knows no such path.',
      ],
    )
  })

  test('so are those that are too few for a percentile', () => {
    const all = times.map((at, index): Sent => ({ at, method: 'GET', name: `/${index % 100}` }))
    const finding = analyse(recordOfSent(all)).find(({ id }) => id === 'few-samples')
    assert.match(finding!.title, /GET \/\d+ \(\d+\), … \(100 names in all\) had fewer\.$/)
  })
})
