import type { FastifyServerOptions } from 'fastify'

// RFC 5321 dot-string before the @; a dotted host name of RFC 1123 labels after it. ASCII only, so that
// lower-casing is unambiguous. No two parts can match the same text, so the time taken is linear.
const atom = String.raw`[\w!#$%&'*+/=?^\`{|}~-]+`
const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?'
const emailAddress = new RegExp(String.raw`^${atom}(?:\.${atom})*@${label}(?:\.${label})+$`)

// Cc has NUL, which PostgreSQL refuses and SQLite stores; Cs is a surrogate without its other half, which
// UTF-8 cannot carry.
const singleLine = /^(?!\s+$)[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u

/**
 * What arrives is what is validated and stored: no coercion (it would turn `null` into 0), no removal of unknown
 * properties, no defaults. All errors are reported, which is safe while every pattern takes linear time.
 */
export const validation = {
  customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: true },
  onCreate(ajv) {
    ajv.addFormat('email', emailAddress)
    ajv.addFormat('single-line', singleLine)
    ajv.removeKeyword('multipleOf')
    ajv.addKeyword({
      keyword: 'multipleOf',
      type: 'number',
      schemaType: 'number',
      validate: isMultipleOf,
    })
  },
} satisfies FastifyServerOptions['ajv']

/**
 * `multipleOf` in decimal, as JSON Schema means it. Ajv divides doubles, and 8.29 / 0.01 is 828.9999999999999.
 * Fifteen digits are what a double carries of any decimal, so the nearest multiple is compared as it is written.
 */
function isMultipleOf(step: number, value: number): boolean {
  const nearest = Math.round(value / step) * step
  return Number(nearest.toPrecision(15)) === value
}
