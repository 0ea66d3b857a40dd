import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { test } from 'node:test'
import type { Receipt } from '../src/telemetry/collector.ts'
import { Outbox } from '../src/telemetry/outbox.ts'
import { ManualClock } from './manual-clock.ts'

const limits = { waiting: 4, batch: 2, gatherMs: 100 }
const taken: Receipt = { state: 'taken', rejected: 0 }
const busy: Receipt = { state: 'busy', reason: 'status 503' }

/** An outbox of numbers, whose collector answers in this order, and at last always the same. */
function openOutbox(...answers: (Receipt | Promise<Receipt>)[]) {
  const clock = new ManualClock()
  const sent: (readonly number[])[] = []
  const heard: string[] = []
  const delivery = {
    pack: (items: readonly number[]) => async () => {
      sent.push(items)
      return (answers.length > 1 ? answers.shift() : answers[0]) ?? taken
    },
    heard: ({ state }: Receipt) => void heard.push(state),
  }
  const outbox = new Outbox(delivery, clock, limits)
  const advance = async (ms: number) => {
    clock.advance(ms)
    await setImmediate()
  }
  return { outbox, clock, sent, heard, advance }
}

test('items are gathered for a while, or until they are a batch', async () => {
  const { outbox, sent, advance } = openOutbox()
  outbox.put(1)
  await advance(99)
  assert.deepEqual(sent, [])
  await advance(1)
  assert.deepEqual(sent, [[1]])
  outbox.put(2)
  outbox.put(3)
  outbox.put(4)
  await setImmediate()
  assert.deepEqual(sent, [[1], [2, 3]])
  await advance(100)
  assert.deepEqual(sent, [[1], [2, 3], [4]])
  assert.deepEqual(outbox.figures(), { sent: 4, dropped: 0, waiting: 0 })
})

test('what comes when it is full is dropped and counted, and what waits is not', async () => {
  const { outbox, clock, sent, advance } = openOutbox(busy, taken)
  for (let n = 1; n <= 9; n++) outbox.put(n)
  await setImmediate()
  assert.deepEqual(outbox.figures(), { sent: 0, dropped: 5, waiting: 4 })
  const [pauseMs = 0] = clock.delaysMs
  assert.ok(pauseMs >= 500 && pauseMs <= 1000, `${pauseMs}`)
  await advance(pauseMs)
  assert.deepEqual(sent, [
    [1, 2],
    [1, 2],
    [3, 4],
  ])
  assert.deepEqual(outbox.figures(), { sent: 4, dropped: 5, waiting: 0 })
})

test('the pauses grow, up to half a minute, but where the collector says how long', async () => {
  const { outbox, clock, advance } = openOutbox(
    busy,
    { ...busy, afterMs: 7000 },
    ...Array.from({ length: 8 }, () => busy),
  )
  outbox.put(1)
  await advance(100)
  const pausesMs: number[] = []
  for (let tries = 1; tries <= 8; tries++) {
    const [pauseMs = 0] = clock.delaysMs
    pausesMs.push(pauseMs)
    await advance(pauseMs)
  }
  assert.equal(pausesMs[1], 7000)
  const mostMs = [1000, 7000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]
  for (const [index, most] of mostMs.entries()) {
    const pauseMs = pausesMs[index] ?? 0
    assert.ok(pauseMs >= most / 2 && pauseMs <= most, `pause ${index}: ${pauseMs}`)
  }
  assert.equal(outbox.figures().waiting, 1)
})

test('what is refused is dropped, and never sent again; of what is taken, what was rejected', async () => {
  const { outbox, sent, heard, advance } = openOutbox(
    { state: 'refused', reason: 'status 400' },
    { state: 'taken', rejected: 1 },
    { state: 'taken', rejected: 1e300 },
  )
  for (const n of [1, 2, 3]) outbox.put(n)
  await setImmediate()
  await advance(100)
  outbox.put(4)
  await advance(100)
  assert.deepEqual(sent, [[1, 2], [3], [4]])
  assert.deepEqual(heard, ['refused', 'taken', 'taken'])
  assert.deepEqual(outbox.figures(), { sent: 0, dropped: 4, waiting: 0 })
})

test('a batch that cannot be encoded is dropped, and the next one goes', async () => {
  const clock = new ManualClock()
  const heard: string[] = []
  const delivery = {
    pack: (items: readonly number[]) => {
      if (items.includes(1)) throw new Error('no')
      return async () => taken
    },
    heard: ({ state }: Receipt) => void heard.push(state),
  }
  const outbox = new Outbox(delivery, clock, limits)
  for (const n of [1, 2, 3, 4]) outbox.put(n)
  await setImmediate()
  assert.deepEqual(outbox.figures(), { sent: 2, dropped: 2, waiting: 0 })
  assert.deepEqual(heard, ['refused', 'taken'])
})

test('closing sends what waits at once, and takes nothing more', async () => {
  const { outbox, sent, clock } = openOutbox()
  outbox.put(1)
  await outbox.close(2000)
  outbox.put(2)
  assert.deepEqual(sent, [[1]])
  assert.deepEqual(outbox.figures(), { sent: 1, dropped: 1, waiting: 0 })
  assert.deepEqual(clock.delaysMs, [])
})

test('closing in a pause is one more try', async () => {
  const { outbox, sent, clock, advance } = openOutbox({ ...busy, afterMs: 300_000 })
  outbox.put(1)
  await advance(100)
  await outbox.close(2000)
  assert.deepEqual(sent, [[1], [1]])
  assert.deepEqual(outbox.figures(), { sent: 0, dropped: 1, waiting: 0 })
  assert.deepEqual(clock.delaysMs, [])
})
