import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ListBody } from '../src/store/list-body.ts'

/** Numbers from 0 to below `end`, the same in every run. */
function randomIntegers(seed: number): (end: number) => number {
  let state = seed
  return (end) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * end)
  }
}

test('a list that is kept up is, at each read, what one made anew would be', () => {
  const random = randomIntegers(7)
  const list = new ListBody()
  const twin = new Map<number, string>()
  let lastId = 0
  const anyId = () => [...twin.keys()][random(twin.size)] ?? 0
  const steps = [
    () => set(++lastId),
    () => set(++lastId),
    () => set(anyId() || ++lastId),
    () => remove(anyId()),
    () => remove([...twin.keys()][0] ?? 0),
    () => remove(lastId + 1),
  ]
  function set(id: number): void {
    const student = JSON.stringify({ id, name: 'Zoë 🎓'.repeat(random(4)) })
    list.set(id, student)
    twin.set(id, student)
  }
  function remove(id: number): void {
    list.remove(id)
    twin.delete(id)
  }
  let handedOut = { body: list.body(), text: '[]' }
  for (let step = 0; step < 20_000; step++) {
    // It grows, shrinks to nothing, and grows again.
    if (step % 4000 > 3000) remove(anyId())
    else steps[random(steps.length)]!()
    if (random(5) > 0) continue
    assert.equal(handedOut.body.toString(), handedOut.text, 'a buffer handed out was written to')
    handedOut = { body: list.body(), text: `[${[...twin.values()].join(',')}]` }
    assert.equal(handedOut.body.toString(), handedOut.text)
    assert.deepEqual([list.count, list.bytes], [twin.size, handedOut.body.length])
  }
})
