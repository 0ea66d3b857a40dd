import type { FastifyError } from 'fastify'
import { Problem, type ProblemKind } from './problem.ts'
import { fieldErrors } from './field-errors.ts'
import { StoreUnavailable } from '../students/student-store.ts'

const retryAfter = { 'retry-after': '1' }

const kindOfFastifyCode: Readonly<Record<string, ProblemKind>> = {
  FST_ERR_BAD_URL: 'bad-request',
  // No address of ours has a part this long, so nothing is there.
  FST_ERR_MAX_PARAM_LENGTH: 'not-found',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
}

const detailOfFastifyCode: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'The address has a malformed percent-encoding.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as its Content-Length says.',
}

/** What the client is told of an error. An error nobody foresaw becomes `internal`, its own words kept for the log. */
export function problemFrom(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof StoreUnavailable)
    return new Problem('overloaded', { headers: retryAfter, cause: error })
  return isFastifyError(error) ? problemFromFastify(error) : new Problem('internal', { cause: error })
}

function problemFromFastify(error: FastifyError): Problem {
  if (error.validation) return new Problem('invalid', fieldErrors(error.validation, error.validationContext))
  const isClients = error.statusCode !== undefined && error.statusCode < 500
  const kind = kindOfFastifyCode[error.code] ?? (isClients ? 'bad-request' : 'internal')
  const detail = detailOfFastifyCode[error.code]
  return new Problem(kind, {
    ...(detail !== undefined && { detail }),
    ...(kind === 'internal' && { cause: error }),
  })
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && ('validation' in error || ('code' in error && 'statusCode' in error))
}
