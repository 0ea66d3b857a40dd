import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { tellingWords, TextPieces, type WordsRecord } from '../../src/evidence/telling-words.ts'
import { Random } from '../../src/scenario/random.ts'
import type { Sent } from './recorded.ts'
import { asked, why } from './why.ts'

const FORBIDDEN = { status: 403, body: '<h1>403 Forbidden</h1>', headers: 'content-type: text/html\r\n' }
const HARMLESS = [
  'from Union Street',
  'select oak',
  'oak / table',
  'well-oiled oak',
  'a very long table of solid oak from abroad',
]

/** Searches, each with a number of its own; every fifth by chance is this one. `fails` says which are refused. */
function searched(
  seed: number,
  caught: string,
  fails: (q: string, at: number, random: Random) => boolean,
): Sent[] {
  const random = new Random(seed, 'searches')
  return asked(6, () => 60, random).map((at): Sent => {
    const q = `${random.chance(0.2) ? caught : random.pick(HARMLESS)} ${random.integer(1, 1e6)}`
    const target = `/things?q=${encodeURIComponent(q).replaceAll('%20', '+')}`
    return { at, method: 'GET', name: '/things', target, ...(fails(q, at, random) ? FORBIDDEN : {}) }
  })
}

/** Each last name behind each of six first ones. */
function full(lasts: readonly string[]): string[] {
  return ['Ada', 'Bo', 'Cy', 'Di', 'Ed', 'Flo'].flatMap((first) => lasts.map((last) => `${first} ${last}`))
}

function created(seed: number, names: readonly string[], fails: (name: string) => boolean): Sent[] {
  const random = new Random(seed, 'names')
  return asked(6, () => 60, random).map((at): Sent => {
    const name = random.pick(names)
    return { at, sent: JSON.stringify({ name }), ...(fails(name) ? { status: 500 } : {}) }
  })
}

function isToldOf(all: readonly Sent[]): boolean {
  return why(all).some(({ title, rivals }) =>
    [title, ...rivals.map((each) => each.why)].some((words) => words.includes(' held “')),
  )
}

for (const seed of [1, 2, 3, 4, 5]) {
  describe(`words that are refused (seed ${seed})`, () => {
    test('are told, with how many texts held them, and never certain', () => {
      const all = searched(seed, 'oak -- table', (q) => q.includes('--'))
      const [finding, ...others] = why(all)
      assert.deepEqual([finding!.id, finding!.certainty, others], ['invalid-input', 'likely', []])
      const [, failing, of, passing] =
        /: query parameter q held “--” \(of values that were kept (\d+) of (\d+) failing, 0 of (\d+) passing\)\.$/.exec(
          finding!.title,
        )!
      assert.ok(failing === of && Number(of) > 40 && Number(passing) > 90)
    })

    test('are told in a row, where each of them passes by itself', () => {
      const [finding] = why(searched(seed, 'select from', (q) => /select.*from/.test(q)))
      assert.match(finding!.title, /q held “select from” \(/)
    })

    test('are told before the length of texts that have a word more', () => {
      const long = `${HARMLESS[4]} -- and a day`
      const [finding] = why(searched(seed, long, (q) => q.includes('--')))
      assert.deepEqual([finding!.id, finding!.certainty], ['invalid-input', 'likely'])
      assert.match(finding!.title, /q held “--”/)
      assert.match(finding!.evidence.join(' '), /longer than all that passed, too/)
    })

    test('are told before the values that hold them, however often these come, and values without one in common by themselves', () => {
      const marked = full(["O'Neil", 'Smith', 'Lopez', 'Chen', "D'Arcy", 'Berg', 'Kaya', 'Rossi'])
      const [held] = why(created(seed, marked, (name) => name.includes("'")))
      assert.deepEqual([held!.id, held!.certainty], ['invalid-input', 'likely'])
      assert.match(held!.title, /name held “'”/)
      const plain = full(['Neil', 'Smith', 'Lopez', 'Chen', 'Darcy', 'Berg', 'Kaya', 'Rossi'])
      const bad = new Set(['Ada Neil', 'Bo Smith', 'Cy Lopez', 'Di Chen', 'Ed Darcy', 'Flo Berg'])
      const [row] = why(created(seed, plain, (name) => bad.has(name)))
      assert.deepEqual([row!.id, row!.certainty], ['bad-row', 'certain'])
    })

    test('are none where failures come by chance, or hold what passes, too', () => {
      assert.ok(!isToldOf(searched(seed, 'oak -- table', (_, __, random) => random.chance(0.2))))
      assert.ok(
        !isToldOf(
          searched(seed, 'select oak', (q, _, random) => q.startsWith('select') && random.chance(0.5)),
        ),
      )
    })

    test('are none of a few texts of many words, of which some are only in those that failed by chance', () => {
      const random = new Random(seed, 'many words')
      const all = Array.from({ length: 20 }, (_, i): Sent => {
        const words = Array.from(
          { length: 12 },
          () => `w${String.fromCharCode(97 + random.integer(0, 25), 97 + random.integer(0, 25))}`,
        )
        const isFailing = i % 2 === 0
        const target = `/things?q=${[...words, ...(isFailing ? ['oak'] : [])].join('+')}`
        return { at: i * 200, method: 'GET', name: '/things', target, ...(isFailing ? FORBIDDEN : {}) }
      })
      assert.ok(!isToldOf(all))
    })

    test('are less likely where the same time tells them apart', () => {
      const all = searched(seed, 'oak table', (_, at) => at > 3_000).map((sent): Sent => {
        return sent.at > 3_000 ? { ...sent, target: `${sent.target}+and+more` } : sent
      })
      assert.deepEqual([why(all)[0]!.id], ['after-a-point'])
    })
  })
}

describe('telling words', () => {
  test('are read of what was meant, without numbers and whatever their case', () => {
    const { telling } = toldOf(numbered('It%27s+A', 8), numbered('its A', 8))!
    assert.deepEqual(telling, [
      { text: "'", failing: 8 },
      { text: "it's", failing: 8 },
      { text: "it's a", failing: 8 },
    ])
  })

  test('are none of a few texts, of such as less than half hold, or where one passes with them', () => {
    assert.equal(toldOf(numbered('a', 4), numbered('b', 8)), undefined)
    assert.equal(toldOf(numbered('a', 8), numbered('b', 4)), undefined)
    assert.equal(toldOf([...numbered('a', 6), ...numbered('b', 7)], numbered('b', 8)), undefined)
    assert.equal(toldOf(numbered('a', 8), [...numbered('b', 8), 'a']), undefined)
  })
})

function toldOf(failing: readonly string[], passing: readonly string[]): WordsRecord | undefined {
  return tellingWords(failing, new TextPieces(passing))
}

function numbered(text: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${text} ${i}`)
}
