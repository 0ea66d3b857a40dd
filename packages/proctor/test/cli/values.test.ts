import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDuration, parseSeed, parseShare, parseSpawnRate, parseUsers } from '../../src/cli/values.ts'

test('durations', () => {
  const texts = ['60', '60s', '1.5', '500ms', '5m', '1h30m', '1m30.5s', '0', '576h']
  assert.deepEqual(
    texts.map(parseDuration),
    [60_000, 60_000, 1_500, 500, 300_000, 5_400_000, 90_500, 0, 2_073_600_000],
  )
})

test('numbers', () => {
  assert.deepEqual(['1', '1000000'].map(parseUsers), [1, 1_000_000])
  assert.deepEqual(['5', '0.5'].map(parseSpawnRate), [5, 0.5])
  assert.deepEqual(['1%', '0.01', '0', '1', '100%'].map(parseShare), [0.01, 0.01, 0, 1, 1])
  assert.deepEqual(['0', '9007199254740991'].map(parseSeed), [0, Number.MAX_SAFE_INTEGER])
})
