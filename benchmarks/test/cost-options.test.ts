import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCostOptions } from '../cost-options.ts'
import { lookFor } from '../program.ts'

test('without flags: all cases, wrk and Proctor', () => {
  const options = parseCostOptions([])
  assert.deepEqual(
    options?.cases.map(({ name }) => name),
    ['small', 'list', 'post', 'tls'],
  )
  assert.deepEqual(options?.names, ['wrk', 'proctor'])
})

test('cases and contestants are chosen by name; wrk always runs, and first', () => {
  const options = parseCostOptions(['--case', 'post', '--contestant', 'oha', '--contestant', 'wrk'])
  assert.deepEqual(
    options?.cases.map(({ name }) => name),
    ['post'],
  )
  assert.deepEqual(options?.names, ['wrk', 'oha'])
  assert.equal(parseCostOptions(['--peers'])?.names.length, 8)
})

test('beside all the peers each run is half as long, so that nine pairs take a quarter of an hour', () => {
  assert.equal(parseCostOptions([])?.seconds, 8)
  assert.equal(parseCostOptions(['--peers'])?.seconds, 4)
  assert.equal(parseCostOptions(['--peers', '--seconds', '9'])?.seconds, 9)
})

test('what is not known is refused, and the known ones are said', () => {
  assert.throws(
    () => parseCostOptions(['--case', 'huge']),
    /--case is one of small, list, post, tls, http2, not huge/,
  )
  assert.throws(
    () => parseCostOptions(['--contestant', 'ab']),
    /--contestant is one of wrk, h2load, proctor, .*not ab/,
  )
  assert.throws(() => parseCostOptions(['--pairs', '0']), /--pairs is a whole number from 1 on, not 0/)
  assert.throws(() => parseCostOptions(['--nonsense']), /nonsense/)
})

test('a peer that is not here is said, with what installs it', () => {
  const program = {
    name: 'absent',
    versionArgv: ['/nowhere/absent', '--version'],
    versionPattern: /(.*)/,
    install: 'sh install.sh absent',
  } as const
  const { found, missing } = lookFor([program, program])
  assert.deepEqual(found, {})
  assert.equal(missing.length, 1)
  assert.match(missing[0]!, /^absent cannot run: .*ENOENT[^]*install it with: sh install\.sh absent$/)
})

test('over HTTP/2 h2load is what others are compared with, and asked for by name alone', () => {
  const { cases, names } = parseCostOptions(['--case', 'http2'])!
  assert.deepEqual([cases.map(({ name }) => name), names], [['http2'], ['h2load', 'proctor']])
  assert.deepEqual(parseCostOptions(['--case', 'http2', '--peers'])!.names, ['h2load', 'proctor'])
  assert.deepEqual(parseCostOptions(['--case', 'http2', '--case', 'post'])!.names, [
    'h2load',
    'wrk',
    'proctor',
  ])
})
