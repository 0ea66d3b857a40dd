import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SlidingStats, sumOf } from '../../src/run/sliding-stats.ts'
import { Random } from '../../src/scenario/random.ts'
import { RequestStats } from '../../src/stats/request-stats.ts'

function randomSecond(random: Random): RequestStats {
  const stats = new RequestStats()
  const count = random.integer(0, 20)
  for (let i = 0; i < count; i++) {
    ;(random.chance(0.2) ? stats.failed : stats.succeeded).record(random.float(0.1, 900, 4))
  }
  stats.responseBytes = count
  return stats
}

test('the sum is that of the last seconds, bit for bit, at any length and time', () => {
  const random = new Random(3, 'sliding')
  for (const length of [1, 2, 3, 5, 60]) {
    const sliding = new SlidingStats(length)
    const seconds: RequestStats[] = []
    for (let second = 0; second < 150; second++) {
      seconds.push(randomSecond(random))
      sliding.push(seconds.at(-1)!)
      assert.deepEqual(sliding.sum().toWire(), sumOf(seconds.slice(-length)).toWire())
      assert.equal(sliding.isFull, second + 1 >= length)
    }
  }
})

test('what is pushed stays as it was', () => {
  const random = new Random(4, 'sliding')
  const seconds = Array.from({ length: 20 }, () => randomSecond(random))
  const before = seconds.map((second) => second.toWire())
  const sliding = new SlidingStats(4)
  for (const second of seconds) sliding.push(second)
  assert.deepEqual(
    seconds.map((second) => second.toWire()),
    before,
  )
})
