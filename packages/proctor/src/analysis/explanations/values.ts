import type { Claim, Explanation } from '../explanation.ts'
import type { Failing } from '../failing.ts'
import { contrastWords, fieldWords, noun, number } from '../words.ts'
import { apart, haveWordInCommon } from './bad-input.ts'
import { neverPassing, valuesBeyond } from './never-passing.ts'

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
      .flatMap(({ failing: field, passing }) => {
        // Several numbers beyond all that pass are those of a rule.
        if (field.place !== 'path' && valuesBeyond(field, passing) !== undefined) return []
        if (haveWordInCommon(failing, field)) return []
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
      evidence: [`${noun(failing.passed, 'request')} with other values passed.`],
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
