import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Load } from '../../src/engine/plan.ts'
import { preflight } from '../../src/run/preflight.ts'
import { closed, open } from '../engine/load.ts'

const LIMITS = { openFiles: 1_040, localPorts: 2_000 }
const told = (load: Load): string[] => preflight(load, 1, LIMITS)

test('users keep a connection each: as many as there are files and ports, and no more', () => {
  assert.deepEqual(told(closed({ users: 1_000 })), [])
  assert.deepEqual(told(closed({ users: 1_001 })), [
    '1001 users keep a connection each, but this process may open 1040 files: raise `ulimit -n`, or ask for at most 1000 users',
  ])
  assert.match(
    told(closed({ users: 2_001 }))[1]!,
    /but there are 2000 local ports to one address: widen net\.ipv4\.ip_local_port_range, .* 2000 users$/,
  )
})

test('workers need files, too', () => {
  assert.equal(preflight(closed({ users: 1_000 }), 2, LIMITS).length, 1)
})

test('an open load is told how long answers may take, unless --max-users bounds it', () => {
  assert.deepEqual(told(open({ arrivalsPerSecond: 1_000 })), [])
  assert.deepEqual(told(open({ arrivalsPerSecond: 1_900 })), [
    'at 1900 arrivals a second, answers that take 0.53 s use up every connection, since this process may open 1040 files: raise `ulimit -n`, or set --max-users 1000',
  ])
  assert.deepEqual(told(open({ arrivalsPerSecond: 1_900, maxUsers: 1_000 })), [])
  assert.equal(told(open({ arrivalsPerSecond: 2_900, maxUsers: 5_000 })).length, 2)
})

test('where there is no limit, or none is told, or none is known yet, nothing is said', () => {
  assert.deepEqual(preflight(closed({ users: 1_000_000 }), 1, { openFiles: null, localPorts: null }), [])
  assert.deepEqual(told(closed({ users: 5_000, stages: 'scenario' })), [])
})
