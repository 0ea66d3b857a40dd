import type { FastifySchemaValidationError } from 'fastify'
import type { FieldError } from './problem.ts'

// A body of 64 KiB can hold thousands of unknown properties; the answer should not be larger than the question.
const mostShown = 20

/** Validation errors in the client's terms: where, what is asked for, and how many there are. */
export function fieldErrors(
  validation: readonly FastifySchemaValidationError[],
  context: string | undefined,
): { detail: string; errors: FieldError[] } {
  const part = context === 'querystring' ? 'query' : 'body'
  const where = part === 'query' ? parameter : pointer
  const errors = validation.slice(0, mostShown).map((error) => ({ ...where(error), detail: detail(error) }))
  return { detail: summary(part, validation.length), errors }
}

function summary(part: string, count: number): string {
  if (count === 1) return `The ${part} has an error. Correct it and send the ${part} again.`
  const shown = count > mostShown ? ` The first ${mostShown} are listed.` : ''
  return `The ${part} has ${count} errors. Correct them and send the ${part} again.${shown}`
}

/** The query's schema has one level: a parameter is all there is to point at. */
function parameter(error: FastifySchemaValidationError): { parameter: string } {
  return { parameter: place(error).slice(1) }
}

/** RFC 6901 §6: a JSON pointer as a URI fragment. */
function pointer(error: FastifySchemaValidationError): { pointer: string } {
  return { pointer: `#${place(error).split('/').map(encodeFragment).join('/')}` }
}

/** As a JSON pointer. A missing or unknown property is pointed at itself. */
function place({ instancePath, params }: FastifySchemaValidationError): string {
  const property = params['missingProperty'] ?? params['additionalProperty']
  return typeof property === 'string' ? `${instancePath}/${escapeToken(property)}` : instancePath
}

function escapeToken(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1')
}

// A lone surrogate cannot be percent-encoded.
function encodeFragment(token: string): string {
  return encodeURIComponent(token.toWellFormed())
}

function detail({ keyword, params, message }: FastifySchemaValidationError): string {
  switch (keyword) {
    case 'required':
      return 'is required'
    case 'additionalProperties':
      return 'is not a known property'
    case 'type':
      return `must be ${withArticle(String(params['type']))}`
    case 'minLength':
      return 'must not be empty'
    case 'maxLength':
      return `must have at most ${String(params['limit'])} characters`
    case 'minimum':
      return `must be at least ${String(params['limit'])}`
    case 'maximum':
      return `must be at most ${String(params['limit'])}`
    case 'multipleOf':
      // A GPA's step of 0.01 is the only one there is.
      return 'must have at most two decimals'
    case 'enum':
      return `must be one of ${[params['allowedValues']].flat().join(', ')}`
    case 'format':
      return formatDetail[String(params['format'])] ?? 'has the wrong format'
    default:
      return message ?? 'is invalid'
  }
}

const formatDetail: Readonly<Record<string, string>> = {
  email: 'must be an e-mail address such as ada@example.com',
  'single-line': 'must not be blank, nor have control characters or line breaks',
}

function withArticle(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`
}
