import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Feeds } from '../../src/engine/feeds.ts'
import { csv, feed, type Feed, json, ndjson, unique } from '../../src/scenario/feed.ts'
import { Random } from '../../src/scenario/random.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'

const taker = (name = 'a') => ({ random: new Random(7, name) })
const whole = (): Feeds => new Feeds({ worker: 0, of: 1 }, 7)

async function takeAll<T>(feeds: Feeds, from: Feed<T>, most = Infinity): Promise<T[]> {
  const taken: T[] = []
  const user = taker()
  try {
    while (taken.length < most) taken.push(await feeds.take(from, user))
  } catch (error) {
    assert.equal((error as Error).message, 'the user is over')
  }
  return taken
}

test('CSV by the names of its columns, looked for as paths are', async (t) => {
  const folder = temporaryFolder(t, { 'a.csv': 'name,email\r\n"Ada, Countess",a@x\r\nBob,b@x\r\n' })
  const rows = await takeAll(
    whole(),
    csv<{ name: string; email: string }>(join(folder, 'a.csv'), { whenDone: 'stop' }),
  )
  assert.deepEqual(rows, [
    { name: 'Ada, Countess', email: 'a@x' },
    { name: 'Bob', email: 'b@x' },
  ])
})

test('without a first line of names; JSON; NDJSON', async (t) => {
  const folder = temporaryFolder(t, {
    'a.csv': '1;2\n3;4',
    'a.json': '[1, 2]',
    'a.ndjson': '{"a":1}\n\n{"a":2}',
  })
  const inA = (name: string): string => join(folder, name)
  const plain = csv(inA('a.csv'), { columns: ['x', 'y'], separator: ';', whenDone: 'stop' })
  assert.deepEqual(await takeAll(whole(), plain), [
    { x: '1', y: '2' },
    { x: '3', y: '4' },
  ])
  assert.deepEqual(await takeAll(whole(), json<number>(inA('a.json'), { whenDone: 'stop' })), [1, 2])
  assert.deepEqual(await takeAll(whole(), ndjson(inA('a.ndjson'), { whenDone: 'stop' })), [
    { a: 1 },
    { a: 2 },
  ])
})

test('broken rows are errors of their own, with file and line; those behind them come', async (t) => {
  const file = join(temporaryFolder(t, { 'a.csv': 'a,b\n1,2\n3\n4,5\n' }), 'a.csv')
  const feeds = whole()
  const rows = csv(file, { whenDone: 'stop' })
  assert.deepEqual(await feeds.take(rows, taker()), { a: '1', b: '2' })
  const broken = { name: 'DataError', message: `${file}:3: expected 2 fields, got 1` }
  await assert.rejects(feeds.take(rows, taker()), broken)
  assert.deepEqual(await feeds.take(rows, taker()), { a: '4', b: '5' })
})

const BROKEN: [string, string, RegExp][] = [
  ['a.csv', 'a,a\n1,2\n', /a\.csv:1: expected each column once, got "a" twice$/],
  ['a.json', '{"a":1}', /a\.json: expected a JSON array of rows$/],
  ['a.json', '[1', /a\.json: expected JSON: /],
  ['a.ndjson', '{"a":1\n', /a\.ndjson:1: expected JSON: /],
]

for (const [name, content, message] of BROKEN) {
  test(`${name} of ${JSON.stringify(content)} says what is wrong`, async (t) => {
    const file = join(temporaryFolder(t, { [name]: content }), name)
    const rows = name.endsWith('csv') ? csv(file) : name.endsWith('.json') ? json(file) : ndjson(file)
    await assert.rejects(whole().take<unknown>(rows, taker()), { name: 'DataError', message })
  })
}

test('a file that is not there is known as the scenario is loaded', () => {
  assert.throws(() => csv('nowhere.csv'), {
    name: 'ScenarioError',
    message: /expected a file .*test\/engine\/nowhere\.csv; there is none/,
  })
})

for (const order of ['sequential', 'shuffled'] as const) {
  test(`${order}: rows of four workers are all rows, each once; users of one worker take turns`, async (t) => {
    const count = 20_000
    const file = join(temporaryFolder(t), 'rows.csv')
    writeFileSync(file, `id\n${Array.from({ length: count }, (_, id) => id).join('\n')}\n`)
    const rows = csv<{ id: string }>(file, { order, whenDone: 'stop' })
    const parts = await Promise.all(
      [0, 1, 2, 3].map(async (worker) => {
        const feeds = new Feeds({ worker, of: 4 }, 7)
        return (await Promise.all([takeAll(feeds, rows), takeAll(feeds, rows), takeAll(feeds, rows)])).flat()
      }),
    )
    const ids = parts.flat().map(({ id }) => Number(id))
    assert.equal(ids.length, count)
    assert.equal(new Set(ids).size, count)
    assert.deepEqual(new Set(parts.map(({ length }) => length)), new Set([count / 4]))
  })
}

test('a shuffle follows from the seed alone', async () => {
  const rows = feed(
    Array.from({ length: 50 }, (_, i) => i),
    { order: 'shuffled', whenDone: 'stop' },
  )
  const [one, same, other] = await Promise.all(
    [7, 7, 8].map((seed) => takeAll(new Feeds({ worker: 0, of: 1 }, seed), rows)),
  )
  assert.deepEqual(one, same)
  assert.notDeepEqual(one, other)
  assert.deepEqual(
    one!.toSorted((a, b) => a - b),
    Array.from({ length: 50 }, (_, i) => i),
  )
})

test('looped: from the first again, each worker its own', async () => {
  const rows = feed([1, 2, 3, 4, 5])
  assert.deepEqual(await takeAll(new Feeds({ worker: 1, of: 2 }, 7), rows, 5), [2, 4, 2, 4, 2])
})

test('fewer rows than workers: said by name, not waited for', async () => {
  const taken = new Feeds({ worker: 3, of: 4 }, 7).take(feed([1, 2]), taker())
  await assert.rejects(taken, {
    name: 'DataError',
    message: /expected a row for each of 4 workers; there are 2: give --threads$/,
  })
})

test('for each user all rows', async () => {
  const feeds = whole()
  const rows = feed([1, 2], { share: 'user', whenDone: 'stop' })
  assert.deepEqual(await takeAll(feeds, rows), [1, 2])
  assert.deepEqual(await takeAll(feeds, rows), [1, 2])
})

test('at random: by the user’s own choices, without an end', async () => {
  const rows = feed([1, 2, 3], { order: 'random', whenDone: 'stop' })
  const [one, same] = [await takeAll(whole(), rows, 20), await takeAll(whole(), rows, 20)]
  assert.deepEqual(one, same)
  assert.deepEqual(new Set(one), new Set([1, 2, 3]))
})

test('a generator with its random choices is the same in every worker; unique numbers are nobody else’s', async () => {
  const made = feed(function* (random) {
    for (;;) yield random.fraction()
  })
  const all = await takeAll(whole(), made, 4)
  assert.deepEqual(await takeAll(new Feeds({ worker: 1, of: 2 }, 7), made, 2), [all[1], all[3]])
  const ids = unique({ from: 10 })
  assert.deepEqual(await takeAll(new Feeds({ worker: 2, of: 3 }, 7), ids, 3), [12, 15, 18])
})
