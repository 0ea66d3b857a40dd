import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EVERYTHING, type Selection, select } from '../../src/scenario/selection.ts'
import type { CheckedSet, Entry } from '../../src/scenario/task-set.ts'
import { defineUser } from '../../src/scenario/user.ts'

const run = (): void => {}

const USERS = new Map([
  [
    'Reader',
    defineUser({
      tasks: {
        plain: run,
        smoke: { tags: ['smoke'], run },
        both: { tags: ['smoke', 'slow'], run },
        forum: { tags: ['forum'], tasks: { read: run, write: { tags: ['slow'], run } } },
        order: { rounds: 2, sequence: { first: { tags: ['smoke'], run }, second: run } },
      },
    }),
  ],
  ['Writer', defineUser({ tasks: { post: { tags: ['slow'], run } } })],
])

function names(selection: Partial<Selection>): Record<string, string[]> {
  const leaves = (entries: readonly Entry[]): string[] =>
    entries.flatMap((entry) => (entry.kind === 'task' ? [entry.name] : leaves(entry.entries)))
  const chosen = select(USERS, { ...EVERYTHING, ...selection }, 'it.ts')
  return Object.fromEntries([...chosen].map(([name, user]) => [name, leaves(user.tasks)]))
}

const ALL = ['plain', 'smoke', 'both', 'forum.read', 'forum.write', 'order.first', 'order.second']

/** As Locust chooses: a set's tags are those of all in it, and excluding outweighs. */
const CASES: [Partial<Selection>, Record<string, string[]>][] = [
  [{}, { Reader: ALL, Writer: ['post'] }],
  [{ classes: ['Writer'] }, { Writer: ['post'] }],
  [{ weights: { Reader: 0 } }, { Writer: ['post'] }],
  [{ tags: ['smoke'] }, { Reader: ['smoke', 'both', 'order.first'] }],
  [{ tags: ['forum'] }, { Reader: ['forum.read', 'forum.write'] }],
  [{ tags: ['forum', 'smoke'], excludeTags: ['slow'] }, { Reader: ['smoke', 'forum.read', 'order.first'] }],
  [{ excludeTags: ['slow'] }, { Reader: ALL.filter((name) => name !== 'both' && name !== 'forum.write') }],
  [
    { excludeTags: ['forum'], classes: ['Reader'] },
    { Reader: ALL.filter((name) => !name.startsWith('forum')) },
  ],
]

for (const [selection, expected] of CASES) {
  test(`chosen by ${JSON.stringify(selection)}`, () => assert.deepEqual(names(selection), expected))
}

test('a weight takes the place of the class’s own', () => {
  const chosen = select(USERS, { ...EVERYTHING, weights: { Writer: 2.5 } }, 'it.ts')
  assert.deepEqual(
    [...chosen].map(([, { weight }]) => weight),
    [1, 2.5],
  )
  assert.equal(USERS.get('Writer')?.weight, 1)
})

test('a sequence with fewer steps is through after fewer', () => {
  const order = select(USERS, { ...EVERYTHING, tags: ['smoke'] }, 'it.ts').get('Reader')!
    .tasks[2] as CheckedSet
  assert.equal(order.leaveAfter, 2)
})

const BAD: [Partial<Selection>, string][] = [
  [{ classes: ['Raeder'] }, 'expected a user class of this file (there is Reader, Writer); got Raeder'],
  [{ weights: { Raeder: 2 } }, 'expected a user class of this file (there is Reader, Writer); got Raeder'],
  [{ tags: ['smok'] }, 'expected a tag of this file (there is forum, slow, smoke); got smok'],
  [
    { tags: ['smoke'], excludeTags: ['smoke'] },
    'expected tags and weights to leave at least one task; they leave none',
  ],
]

for (const [selection, message] of BAD) {
  test(`says: ${message}`, () =>
    assert.throws(() => names(selection), { name: 'ScenarioError', message, place: 'it.ts' }))
}
