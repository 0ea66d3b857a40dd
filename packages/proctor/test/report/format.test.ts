import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  clip,
  formatBytes,
  formatMs,
  formatNoun,
  formatRate,
  formatSeconds,
  formatShare,
  oneLine,
  widthOf,
  wrap,
} from '../../src/report/format.ts'

test('milliseconds: about three digits that mean something', () => {
  assert.deepEqual([null, 0, 0.814, 9.994, 12.34, 99.94, 159.4, 12_345.6].map(formatMs), [
    '–',
    '0.00',
    '0.81',
    '9.99',
    '12.3',
    '99.9',
    '159',
    '12346',
  ])
})

test('milliseconds just under a step are not written with more digits than those above it', () => {
  assert.deepEqual([9.996, 99.96].map(formatMs), ['10.0', '100'])
})

test('bytes and rates', () => {
  assert.deepEqual([null, 40932.489].map(formatBytes), ['–', '40932.49'])
  assert.deepEqual([0, 0.04, 32.04, 999.96, 12_345.6].map(formatRate), [
    '0.0',
    '0.0',
    '32.0',
    '1000',
    '12346',
  ])
})

test('shares are never rounded to none or to all', () => {
  const shares = [
    [0, 0],
    [0, 5],
    [19, 601],
    [1, 1_000_000],
    [999_999, 1_000_000],
    [5, 5],
  ] as const
  assert.deepEqual(
    shares.map(([part, whole]) => formatShare(part, whole)),
    ['0 %', '0 %', '3.2 %', '0.1 %', '99.9 %', '100 %'],
  )
})

test('times and nouns', () => {
  assert.deepEqual([0.44, 99.94, 99.96, 125, 3_599.6, 3_600, 90_061].map(formatSeconds), [
    '0.4 s',
    '99.9 s',
    '1 min 40 s',
    '2 min 5 s',
    '1 h 0 min',
    '1 h 0 min',
    '25 h 1 min',
  ])
  assert.deepEqual(
    [0, 1, 2].map((count) => formatNoun(count, 'user')),
    ['0 users', '1 user', '2 users'],
  )
})

test('a text of a service becomes one line that moves no cursor and paints nothing', () => {
  assert.equal(
    oneLine('\u001b[2J\u001b[31mred\u001b[0m\r\n\ttwo\u0007  three\u009b31m'),
    '[2J [31mred [0m two three 31m',
  )
  assert.equal(oneLine('a\u202eb\u200bc'), 'a b c')
  assert.equal(oneLine(' é 学生 👩‍🎓 '), 'é 学生 👩 🎓')
})

test('widths are those of a terminal', () => {
  assert.deepEqual(['', 'abc', 'é', '学生', 'e\u0301', '👍'].map(widthOf), [0, 3, 1, 4, 1, 2])
})

test('clips to so many cells, and says so', () => {
  assert.equal(clip('/students', 9), '/students')
  assert.equal(clip('/students/1', 9), '/student…')
  assert.equal(clip('学生学生', 5), '学生…')
  assert.equal(widthOf(clip('学生学生', 6)), 5)
})

test('wraps between words, and never within one', () => {
  assert.deepEqual(wrap('one two three', 80), ['one two three'])
  assert.deepEqual(wrap('one two three four', 9, '- '), ['- one two', '  three', '  four'])
  assert.deepEqual(wrap('unbreakable and more', 5), ['unbreakable', 'and', 'more'])
})
