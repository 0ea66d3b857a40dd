import type { JsonSchema } from '../src/openapi/schema-shelf.ts'
import type { Random } from '../src/seed/random.ts'

const hostile = [
  null,
  true,
  '',
  ' ',
  'a\0b',
  '\ud800',
  '🎓'.repeat(300),
  "'; DROP TABLE students; --",
  '%',
  '../../etc/passwd',
  -1,
  9.999,
  1e308,
  2 ** 53,
  [],
  {},
  [[]],
  { a: null },
] as const

/** A value of the schema, or now and then one that isn't. */
export function arbitrary(schema: JsonSchema, random: Random): unknown {
  if (random.chance(0.04)) return random.pick(hostile)
  if (schema.enum) return schema.enum[random.integer(0, schema.enum.length - 1)]
  switch (schema.type) {
    case 'object':
      return arbitraryObject(schema, random)
    case 'integer':
      return random.integer((schema.minimum ?? 0) - 1, (schema.maximum ?? 100) + 1)
    case 'number':
      return random.integer((schema.minimum ?? 0) * 100, (schema.maximum ?? 100) * 100) / 100
    default:
      return arbitraryText(schema, random)
  }
}

function arbitraryObject({ properties = {}, required = [] }: JsonSchema, random: Random): unknown {
  const entries = Object.entries(properties)
    .filter(([name]) => random.chance(required.includes(name) ? 0.97 : 0.5))
    .map(([name, schema]) => [name, arbitrary(schema, random)])
  if (random.chance(0.03)) entries.push([random.pick(['id', '__proto__', 'toString', 'x/y~']), 1])
  return Object.fromEntries(entries)
}

// Few e-mails, so that some are used already.
function arbitraryText({ format, maxLength = 100 }: JsonSchema, random: Random): string {
  if (format === 'email') return `s${random.integer(1, 200)}@${random.pick(['example', 'EXAMPLE'])}.com`
  const letters = random.pick(['a', 'Zoë ', '🎓', '%_\\', '<b>'])
  return letters.repeat(random.chance(0.05) ? maxLength : random.integer(1, 3))
}
