import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AnswerHeaders, isIdentity } from '../../src/evidence/answer-headers.ts'

/** What is told of answers with these header lines. */
function toldOf(answers: readonly string[][]): string[][] {
  const headers = new AnswerHeaders()
  return answers.map((lines) => {
    const told = headers.read(['HTTP/1.1 200 OK', ...lines, ''].join('\r\n'))
    return told.map(({ name, value }) => `${name}=${value}`)
  })
}

test('headers that tell who answered are followed from where they differ, whatever their names', () => {
  const answers = [
    ['Server: app/1.2', 'X-Blue: on', 'Date: Mon'],
    ['Server: app/1.2', 'X-Blue: on', 'Date: Tue'],
    ['Date: Tue', 'Server: app/1.3', 'X-Blue: on'],
    ['Server: app/1.2', 'X-Blue: off'],
    ['X-Blue: off'],
  ]
  assert.deepEqual(toldOf(answers), [
    [],
    [],
    ['server=app/1.3'],
    ['server=app/1.2', 'x-blue=off'],
    ['x-blue=off'],
  ])
})

test('what differs with each answer, or with what was asked, is not', () => {
  const answers = Array.from({ length: 100 }, (_, i) => [
    `X-Ticket: t${i}`,
    `Content-Length: ${i % 2}`,
    `X-Request-Id: ${i}`,
    `X-Upstream-Status: ${i % 2}`,
    `X-Cache: ${i % 2 === 0 ? 'HIT' : 'MISS'}`,
    `ETag: "${i % 3}"`,
    `X-Pod: ${i % 2}`,
  ])
  assert.deepEqual(toldOf(answers).at(-1), ['x-pod=1'])
})

test('of many four are followed, those first whose names say that they tell it', () => {
  const answers = [0, 1].map((i) => ['X-A', 'X-B', 'X-C', 'X-D', 'X-Node'].map((name) => `${name}: ${i}`))
  assert.deepEqual(toldOf(answers)[1], ['x-node=1', 'x-a=1', 'x-b=1', 'x-c=1'])
})

test('names that tell who answered', () => {
  for (const name of ['server', 'via', 'x-app-version', 'x-served-by', 'x-git-sha', 'fly-region'])
    assert.ok(isIdentity(name), name)
  for (const name of ['server-timing', 'x-upstream-response-time', 'x-node-error', 'x-cache', 'vary'])
    assert.ok(!isIdentity(name), name)
})
