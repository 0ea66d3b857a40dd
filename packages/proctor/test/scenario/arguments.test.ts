import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { declaredArguments, defineArguments, giveArguments } from '../../src/scenario/arguments.ts'

beforeEach(() => giveArguments({}))

test('defaults where nothing is given, in their types', () => {
  const args = defineArguments({
    tenant: { type: 'string', default: 'a', choices: ['a', 'b'] },
    pageSize: { type: 'number', default: 20, help: 'students a page' },
    verbose: { type: 'boolean', default: false },
  })
  assert.deepEqual(args, { tenant: 'a', pageSize: 20, verbose: false })
  assert.deepEqual(declaredArguments()[1], {
    name: 'pageSize',
    type: 'number',
    default: 20,
    help: 'students a page',
    choices: null,
  })
})

test('what is given takes the place', () => {
  giveArguments({ tenant: 'b' })
  assert.equal(defineArguments({ tenant: { type: 'string', default: 'a' } }).tenant, 'b')
})

const BAD: [unknown, string][] = [
  [5, 'expected defineArguments({ name: { type, default } }); got 5'],
  [
    { 'a-b': { type: 'string', default: '' } },
    'expected names of arguments such as tenant or pageSize; got "a-b"',
  ],
  [{ a: 'b' }, `expected a: { type: 'string', default: '…' }; got "b"`],
  [{ a: { type: 'text', default: '' } }, `expected a.type 'string', 'number' or 'boolean'; got "text"`],
  [{ a: { type: 'number', default: '5' } }, 'expected a to be a number; got "5"'],
  [{ a: { type: 'string' } }, 'expected a to be a string; got undefined'],
  [{ a: { type: 'string', default: 'c', choices: ['a', 'b'] } }, 'expected a to be one of a, b; got "c"'],
  [
    { a: { type: 'string', default: '', hlep: '' } },
    'expected a to have type, default, help, choices only; got "hlep"',
  ],
]

for (const [definitions, message] of BAD) {
  test(`says: ${message}`, () =>
    assert.throws(() => defineArguments(definitions as never), { name: 'ScenarioError', message }))
}

const again = (): unknown => defineArguments({ size: { type: 'number', default: 1 } })

test('a name is declared once, a value given is of its type', () => {
  again()
  assert.throws(again, { message: 'expected one argument size; got "another"' })
  giveArguments({ size: 'many' })
  assert.throws(again, { message: 'expected size to be a number; got "many"' })
})
