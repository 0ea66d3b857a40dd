import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LastAnswers, Turns } from '../../src/evidence/turns.ts'

const NONE = { alike: 0, changes: 0 }

test('answers in a row are told by whether they came over one connection, and to one user', () => {
  const [turns, other] = [new Turns(), new Turns()]
  const last = new LastAnswers('ofUser')
  last.passed(0, 10)
  last.failed(0, 10, turns) // changes, same
  last.failed(1, 11, other) // the first of its user
  last.failed(0, 10, turns) // alike, same
  last.failed(0, 20, turns) // alike, another connection
  last.passed(0, 30) // changes, another
  last.passed(0, 30)
  last.passed(1, 11) // changes, same, of the other
  assert.deepEqual(turns.toWire(), {
    ofName: { same: NONE, other: NONE },
    ofUser: { same: { alike: 1, changes: 1 }, other: { alike: 1, changes: 1 } },
  })
  assert.deepEqual(other.toWire()!.ofUser.same, { alike: 0, changes: 1 })
})

test('what got no answer stands between: nothing is told over it', () => {
  const turns = new Turns()
  const last = new LastAnswers('ofName')
  last.failed(0, 10, turns)
  last.lost(0)
  last.passed(0, 10)
  last.lost(0)
  last.failed(0, 10, turns)
  last.failed(70_000, 10, turns) // too many users
  last.failed(70_000, 10, turns)
  assert.equal(turns.toWire(), undefined)
})

test('parts add up, and what was told is not told again', () => {
  const [one, all] = [new Turns(), new Turns()]
  one.add('ofName', true, true)
  all.merge(one.toWire()!)
  one.clear()
  assert.equal(one.toWire(), undefined)
  one.add('ofName', true, true)
  one.add('ofName', false, false)
  all.merge(one.toWire()!)
  assert.deepEqual(all.toWire()!.ofName, { same: { alike: 0, changes: 2 }, other: { alike: 1, changes: 0 } })
})
