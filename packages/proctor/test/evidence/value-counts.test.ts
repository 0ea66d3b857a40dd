import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinHash, ValueCounts } from '../../src/evidence/value-counts.ts'
import { Random } from '../../src/scenario/random.ts'

const random = new Random(1, 'values')
const values = Array.from({ length: 20_000 }, (_, at) => {
  return { high: random.integer(0, 2 ** 21 - 1), low: random.integer(-(2 ** 31), 2 ** 31 - 1), at }
})
/** Half of them come twice. */
const asked = [...values, ...values.slice(0, 10_000).map((value) => ({ ...value, at: value.at + 50_000 }))]

function counted(parts: number, capacity: number): ValueCounts {
  const workers = Array.from({ length: parts }, () => new ValueCounts(4_096))
  const merged = new ValueCounts(capacity)
  asked.forEach(({ high, low, at }, index) => {
    workers[index % parts]!.add(high, low, 1, at)
    if (index % 997 === 0) for (const worker of workers) merged.mergeWire(worker.drain())
  })
  for (const worker of workers) merged.mergeWire(worker.drain())
  return merged
}

function sorted(counts: ValueCounts): { hash: number; count: number; firstAt: number }[] {
  const all: { hash: number; count: number; firstAt: number }[] = []
  counts.forEach((high, low, count, firstAt) => all.push({ hash: joinHash(high, low), count, firstAt }))
  return all.toSorted((a, b) => a.hash - b.hash)
}

test('every value is counted, with its first time, where there is room for all', () => {
  const counts = counted(1, 100_000)
  assert.deepEqual([counts.size, counts.followedShare], [20_000, 1])
  const naive = new Map(values.map(({ high, low, at }) => [high * 2 ** 32 + (low >>> 0), at]))
  for (const { hash, firstAt } of sorted(counts)) assert.equal(naive.get(hash), firstAt)
  assert.equal(sorted(counts).filter(({ count }) => count === 2).length, 10_000)
})

test('one worker and four tell the same, also where not all can be followed', () => {
  for (const capacity of [100_000, 5_000, 300]) {
    assert.deepEqual(sorted(counted(4, capacity)), sorted(counted(1, capacity)))
  }
})

test('bounded: a share is followed, and of it each repeat', () => {
  const counts = counted(3, 5_000)
  assert.ok(counts.size <= 5_000 && counts.size > 2_000, `${counts.size}`)
  assert.equal(counts.followedShare, 0.25)
  const repeated = sorted(counts).filter(({ count }) => count === 2).length / counts.size
  assert.ok(Math.abs(repeated - 0.5) < 0.05, `${repeated}`)
})

test('who asks for the first time of a value is told so once, and what was cleared is not known', () => {
  const counts = new ValueCounts(10)
  counts.add(1, -2, 3, 50)
  counts.add(1, -2, 1, 40)
  assert.deepEqual([counts.countOf(1, -2), counts.countOf(1, 2)], [4, 0])
  assert.deepEqual(
    [50, 40, 40].map((at) => counts.claimFirst(1, -2, at)),
    [false, true, false],
  )
  counts.clear()
  assert.deepEqual([counts.size, counts.countOf(1, -2), counts.claimFirst(1, -2, 40)], [0, 0, false])
})

test('what came over a wire is read wherever it begins in its buffer', () => {
  const [from, shifted, straight] = [1, 2, 3].map(() => new ValueCounts(10))
  for (let value = 0; value < 5; value++) from!.add(value, value * 7, value + 1, value)
  const wire = from!.drain()
  const bytes = new Uint8Array(wire.values.length + 3)
  bytes.set(wire.values, 3)
  straight!.mergeWire(wire)
  shifted!.mergeWire({ ...wire, values: bytes.subarray(3) })
  assert.deepEqual([sorted(shifted!).length, sorted(shifted!)], [5, sorted(straight!)])
})
