import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pulse } from '../../src/engine/pulse.ts'
import { Stopwatch } from '../../src/engine/stopwatch.ts'
import { FakeClock } from './fake-clock.ts'

test('beats that come in time are not late', async () => {
  const clock = new FakeClock()
  const pulse = new Pulse(new Stopwatch(clock))
  pulse.start()
  await clock.advance(1_000)
  assert.equal(pulse.takeDelayP99Ms(), 0)
})

test('a loop that is blocked is late for each beat that was due meanwhile', async () => {
  const clock = new FakeClock()
  const pulse = new Pulse(new Stopwatch(clock))
  pulse.start()
  await clock.advance(504)
  clock.block(50)
  await clock.advance(446)
  // Of 100 beats those due at 510, 520, 530, 540, and 550 ms were 44, 34, 24, 14 and 4 ms late.
  const p99 = pulse.takeDelayP99Ms()
  assert.ok(Math.abs(p99 - 34) < 0.1, `${p99}`)
  await clock.advance(1_000)
  assert.equal(pulse.takeDelayP99Ms(), 0)
})

test('a loop that has not come round yet is seen to be late', async () => {
  const clock = new FakeClock()
  const pulse = new Pulse(new Stopwatch(clock))
  pulse.start()
  clock.block(300)
  assert.ok(pulse.takeDelayP99Ms() > 280)
})
