import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearest } from '../../src/threshold/nearest.ts'

const NAMES = ['GET /students', 'POST /students', 'GET /students/{id}', 'GET /health']

for (const [word, expected] of [
  ['GET /student', 'GET /students'],
  ['get /STUDENTS', 'GET /students'],
  ['PSOT /students', 'POST /students'],
  ['GET /students/:id', 'GET /students/{id}'],
  ['GET /courses/of/a/teacher', undefined],
  ['x'.repeat(1e6), undefined],
] as const) {
  test(`nearest to ${word.slice(0, 30)} is ${expected}`, () => assert.equal(nearest(word, NAMES), expected))
}

test('nothing is near where nothing is known', () => assert.equal(nearest('GET /', []), undefined))
