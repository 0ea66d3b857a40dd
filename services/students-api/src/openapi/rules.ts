import type { JsonSchema } from './schema-shelf.ts'

/** What a schema asks for, in a line to be read. */
export function rulesOf(schema: JsonSchema): string {
  const { type, items, minimum, maximum, minLength, maxLength, multipleOf, format, pattern } = schema
  const choices = schema.enum && `one of ${schema.enum.join(', ')}`
  return [
    type ?? (schema.anyOf ? 'one of several objects' : 'any'),
    choices,
    range('from', 'to', minimum, maximum),
    range('', 'to', minLength, maxLength, 'characters'),
    multipleOf !== undefined && `in steps of ${multipleOf}`,
    format,
    pattern !== undefined && `matches ${pattern}`,
    items && `of ${rulesOf(items)}`,
  ]
    .filter((rule) => typeof rule === 'string')
    .join(', ')
}

function range(from: string, to: string, least?: number, most?: number, unit = ''): string | undefined {
  const bounds = [
    least !== undefined ? `${from} ${least}`.trimStart() : [],
    most !== undefined ? (least === undefined ? `up to ${most}` : `${to} ${most}`) : [],
  ].flat()
  return bounds.length > 0 ? `${bounds.join(' ')} ${unit}`.trimEnd() : undefined
}
