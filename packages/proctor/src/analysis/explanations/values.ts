import type { FieldRecord } from '../../evidence/case-file.ts'
import type { Claim, Explanation } from '../explanation.ts'
import type { Failing, FieldPair } from '../failing.ts'
import { contrastWords, fieldWords, number, quoted } from '../words.ts'
import { apart } from './bad-input.ts'

/** The requests of one user, or few, fail. */
export const badUser: Explanation = {
  id: 'bad-user',
  claim(failing) {
    const users = failing.fields.find(({ failing: { place } }) => place === 'user')
    const claim = users && neverPassing(failing, users.failing)
    if (claim === undefined) return undefined
    const { score, contrast, names, distinct } = claim
    return {
      score,
      cause: `they were all of ${distinct === 1 ? `user ${names}` : `${distinct} users (${names})`}, who never passed (${contrastWords(contrast)})`,
      evidence: ['Each user keeps its connections: an instance that these lead to would look the same.'],
      recommendation:
        'Compare what these users send and who they are with one that passes: credentials, tenant, data.',
    }
  },
}

/** Requests for one row of data, or few, fail, however often. */
export const badRow: Explanation = {
  id: 'bad-row',
  claim(failing) {
    const claims = failing.fields
      .filter(({ failing: { place } }) => place === 'body' || place === 'query' || place === 'path')
      .flatMap(({ failing: field }) => {
        const claim = neverPassing(failing, field)
        return claim === undefined ? [] : [{ ...claim, field }]
      })
    const best = claims.toSorted((a, b) => b.score - a.score)[0]
    const beyond = rowsBeyond(failing)
    if (best === undefined || best.score < (beyond?.score ?? 0)) return beyond
    const { field, score, contrast, names, distinct } = best
    const what = fieldWords(field)
    return {
      score,
      cause: `${what} was ${distinct === 1 ? names : `one of ${distinct} values (${names})`}, which never passed (${contrastWords(contrast)})`,
      evidence: [`${failing.of - failing.count} requests with other values passed.`],
      recommendation: `Look at that row in the service's data, and at how its log ends such a request; an answer of 4xx would say what is wrong with it.`,
    }
  },
}

/** Rows from a number on, such as those that the service does not have. */
function rowsBeyond(failing: Failing): Claim | undefined {
  const claims = failing.fields.flatMap(({ failing: field, passing }) => {
    // A few rows are told by their names.
    if (field.place !== 'path' || field.distinct < 5) return []
    return (
      apart(failing, field.numbers, passing?.numbers, fieldWords(field), ['above', 'below'], number) ?? []
    )
  })
  const best = claims.toSorted((a, b) => b.score - a.score)[0]
  return (
    best && {
      ...best,
      recommendation: 'Compare the rows that the test asks for with those that the service has.',
    }
  )
}

/** So many rows may be bad. */
const MOST_ROWS = 200

/** Values that came several times and never passed: few of all, since of many that fail by chance some never pass. */
function neverPassing(failing: Failing, field: FieldRecord) {
  const { occurrences, distinct } = field.neverPassed
  const each = occurrences / Math.max(1, distinct)
  if (distinct === 0 || distinct > MOST_ROWS || each < 2.5 || distinct >= valuesOf(failing, field) / 2)
    return undefined
  const whole = Math.min(failing.count, occurrences / field.followedShare)
  const contrast = failing.contrast(Math.round(whole), 0)
  // By chance alone a value fails each time with this probability.
  const chance = (failing.count / failing.of) ** each * valuesOf(failing, field)
  const score = failing.separation(whole, 0) - Math.min(0.5, chance / distinct)
  const never = field.top.filter(({ passed }) => passed === 0)
  const names = never.slice(0, 3).map(({ text }) => quoted(text ?? '…'))
  return { score, contrast, distinct, names: names.join(', ') + (distinct > 3 ? ', …' : '') }
}

function valuesOf(failing: Failing, field: FieldRecord): number {
  const pair = failing.fields.find((each): each is FieldPair => each.failing === field)
  return field.neverPassed.distinct + (pair?.passing?.distinct ?? 0)
}
