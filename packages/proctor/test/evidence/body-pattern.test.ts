import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BodyPattern } from '../../src/evidence/body-pattern.ts'
import { FieldReader } from '../../src/evidence/fields.ts'
import { Random } from '../../src/scenario/random.ts'

const random = new Random(11, 'bodies')
const reader = new FieldReader()

interface Read {
  readonly field: number
  readonly name: string
  readonly value: readonly (string | number | boolean | undefined)[]
}

function read(body: string, pattern: BodyPattern): Read[] {
  const fields: Read[] = []
  reader.readBody(body, pattern, {
    field: (field, value, source) => {
      const { high, low, kind, length, isWide } = value
      const number = value.hasNumber ? value.number : undefined
      fields.push({
        field,
        name: source.name(),
        value: [value.text(), high, low, kind, length, isWide, number],
      })
    },
  })
  return fields
}

/** What is read of each, one after the other, and what of each by itself. */
function bothOf(bodies: readonly string[]): { together: Read[][]; apart: Read[][] } {
  const pattern = reader.bodyPattern()
  const together = bodies.map((body) => read(body, pattern))
  return { together, apart: bodies.map((body) => read(body, reader.bodyPattern())) }
}

const TEXTS = [
  '',
  'a',
  'abc',
  'free',
  'Köln',
  '東京',
  'a "quoted" \\',
  'x'.repeat(200),
  'user1',
  '12 Main St 7',
]
const VALUES = [0, 5, -8.25, 1e21, true, false, null, [], [1, ['a', ']']], ...TEXTS, ...TEXTS]

function aValue(): unknown {
  return random.chance(0.1)
    ? { id: random.integer(1, 99), of: aText() }
    : VALUES[random.integer(0, VALUES.length - 1)]
}

function aText(): string {
  return TEXTS[random.integer(0, TEXTS.length - 1)]!
}

test('a body reads the same whatever bodies came before it', () => {
  for (let run = 0; run < 50; run++) {
    const [constant, name] = [aValue(), aText()]
    const bodies = Array.from({ length: 40 }, (_, at) => {
      const email = `user${random.integer(1, 1e6)}@example.com`
      const changing = at > 20 ? aValue() : at
      const extra = random.chance(0.1) ? { extra: aValue() } : {}
      return JSON.stringify({ name, email, constant, nested: { changing, plan: 'free' }, ...extra })
    })
    const { together, apart } = bothOf(bodies)
    assert.deepEqual(together, apart)
  }
})

test('nor does it matter when one of them is no JSON', () => {
  const whole = JSON.stringify({
    name: 'Ann',
    id: 17,
    tags: ['a', 'b'],
    note: 'a "b" \\',
    plan: { is: 'free' },
  })
  for (let run = 0; run < 200; run++) {
    const bodies = Array.from({ length: 10 }, () => {
      const at = random.integer(1, whole.length - 1)
      const by = random.chance(0.3) ? '' : '{}[]":,\\0a é'.charAt(random.integer(0, 12))
      return random.chance(0.3) ? whole.slice(0, at) : whole.slice(0, at) + by + whole.slice(at + 1)
    })
    const { together, apart } = bothOf([whole, whole, ...bodies, whole])
    assert.deepEqual(together, apart)
  }
})

test('what is like the bodies before it is read by the pattern', () => {
  const pattern = reader.bodyPattern()
  const wholes = [1, 2, 3, 4].map((id) => {
    read(JSON.stringify({ id, plan: 'free', email: `a${id}@example.com` }), pattern)
    return pattern.isWhole
  })
  assert.deepEqual(wholes, [false, false, true, true])
})
