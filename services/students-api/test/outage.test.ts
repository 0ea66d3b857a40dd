import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import type { Receipt } from '../src/telemetry/collector.ts'
import { Outage } from '../src/telemetry/outage.ts'
import { ManualClock } from './manual-clock.ts'

const taken: Receipt = { state: 'taken', rejected: 0 }
const busy: Receipt = { state: 'busy', reason: 'ECONNREFUSED' }
const refused: Receipt = { state: 'refused', reason: 'status 404' }

function openOutage() {
  const clock = new ManualClock()
  const said: string[] = []
  const logger = pino({ base: null }, { write: (line: string) => said.push(JSON.parse(line).msg) })
  return { outage: new Outage(logger, clock), clock, said }
}

const down = 'the collector takes no telemetry'
const up = 'the collector takes telemetry again'

test('it is down until it takes everything again, and each is said once', () => {
  const { outage, said } = openOutage()
  outage.heard('traces', taken)
  outage.heard('traces', busy)
  outage.heard('logs', refused)
  outage.heard('traces', busy)
  outage.heard('traces', taken)
  assert.deepEqual(said, [down])
  outage.heard('logs', taken)
  outage.heard('traces', taken)
  assert.deepEqual(said, [down, up])
})

test('one that comes and goes is told of once a minute', () => {
  const { outage, clock, said } = openOutage()
  for (let second = 0; second < 60; second++) {
    outage.heard('traces', second % 2 === 0 ? busy : taken)
    clock.advance(1000)
  }
  assert.deepEqual(said, [down, up])
  outage.heard('traces', busy)
  assert.deepEqual(said, [down, up, down])
})
