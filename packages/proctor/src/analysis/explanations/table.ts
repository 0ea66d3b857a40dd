import type { Explanation } from '../explanation.ts'
import { badBody } from './bad-body.ts'
import { invalidInput } from './bad-input.ts'
import { badInstance } from './bad-instance.ts'
import { byConnection } from './by-connection.ts'
import { byTurns } from './by-turns.ts'
import { payloadLimit } from './payload-limit.ts'
import { rateLimit } from './rate-limit.ts'
import { authExpiry, neverAuthorized, noSuchRoute } from './refused-by-rule.ts'
import { nothingListens, refusedAtTimes, restart, staleConnection } from './refusals.ts'
import { repeatedInput } from './repeated-input.ts'
import { dependency, overload } from './strain.ts'
import { firstOfEach } from './first-of-each.ts'
import { forAWhile, sinceThen, warmUp } from './time.ts'
import { brokenOff, timeout, transport } from './transport.ts'
import { badRow, badUser } from './values.ts'

/** All causes that failures are weighed against. */
export const EXPLANATIONS: readonly Explanation[] = [
  repeatedInput,
  invalidInput,
  payloadLimit,
  authExpiry,
  neverAuthorized,
  rateLimit,
  noSuchRoute,
  overload,
  dependency,
  staleConnection,
  restart,
  refusedAtTimes,
  nothingListens,
  timeout,
  ...transport,
  brokenOff,
  badBody,
  badInstance,
  byConnection,
  byTurns,
  badUser,
  badRow,
  firstOfEach,
  warmUp,
  sinceThen,
  forAWhile,
]
