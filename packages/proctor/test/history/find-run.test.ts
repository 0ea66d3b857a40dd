import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findRun } from '../../src/history/find-run.ts'
import { type KeptRun, summaryAtStart } from '../../src/history/kept-run.ts'
import { begun } from './run-told.ts'

function run(runId: string, name: string | null = null, tags: string[] = []): KeptRun {
  return {
    ...summaryAtStart(begun(1)),
    runId,
    name,
    tags,
    state: 'completed',
    startedAt: '2026-01-02T00:00:00.000Z',
  }
}

const RUNS = [
  run('aaaa1111-0000', null, ['nightly']),
  run('aaaa2222-0000', 'with an index', ['nightly', 'good']),
  run('bbbb3333-0000', 'aaaa'),
]

for (const [text, runId] of [
  ['last', 'aaaa1111-0000'],
  ['aaaa1111-0000', 'aaaa1111-0000'],
  ['aaaa2', 'aaaa2222-0000'],
  ['BBBB', 'bbbb3333-0000'],
  ['with an index', 'aaaa2222-0000'],
  ['nightly', 'aaaa1111-0000'],
  ['good', 'aaaa2222-0000'],
  ['aaaa', 'bbbb3333-0000'],
]) {
  test(`${text} is ${runId}`, () => assert.equal(findRun(RUNS, text!).runId, runId))
}

for (const [text, message] of [
  ['aaa', "more than one run is meant: aaa is the beginning of aaaa1111, 'with an index'"],
  ['nigthly', 'there is no such run: nigthly; did you mean nightly?'],
  ['zzzzzzzz', "there is no such run: zzzzzzzz; there are aaaa1111, 'with an index', aaaa"],
  ['', "there is no such run: ''; there are aaaa1111, 'with an index', aaaa"],
]) {
  test(`${text} is told`, () => assert.throws(() => findRun(RUNS, text!), { message: message! }))
}

test('where there is none, the next step is said', () => {
  assert.throws(() => findRun([], 'last'), {
    message: 'there is no such run: last; no run is kept here yet: proctor run keeps each',
  })
})
