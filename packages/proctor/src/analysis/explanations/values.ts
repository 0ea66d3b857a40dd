import type { FieldRecord } from '../../evidence/case-file.ts'
import type { Explanation } from '../explanation.ts'
import type { Failing, FieldPair } from '../failing.ts'
import { contrastWords, fieldWords, quoted } from '../words.ts'

/** One of several instances of the service fails, the others don't. */
export const badInstance: Explanation = {
  id: 'bad-instance',
  claim(failing) {
    const best = bestValue(failing, ({ place }) => place === 'instance')
    if (best === undefined) return undefined
    const { field, text, contrast, score } = best
    return {
      score: score + 0.05,
      cause: `they were answered by instance ${quoted(text)} (${contrastWords(contrast)})`,
      evidence: [
        `The instance is told by ${field.name === 'address' ? 'the address that was connected to' : `the header ${field.name}`}.`,
      ],
      recommendation: `Take instance ${quoted(text)} out of the balancer, and compare its version, configuration and log with the others'.`,
      key: text,
    }
  },
}

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
    if (best === undefined) return undefined
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

/** Values that came several times and never passed: few of them, or all repeats of few would not tell anything. */
function neverPassing(failing: Failing, field: FieldRecord) {
  const { occurrences, distinct } = field.neverPassed
  const each = occurrences / Math.max(1, distinct)
  if (distinct === 0 || distinct > 20 || each < 2.5 || distinct >= valuesOf(failing, field) / 2)
    return undefined
  const whole = Math.min(failing.count, occurrences / field.followedShare)
  const contrast = failing.contrast(Math.round(whole), 0)
  // By chance alone a value fails each time with this probability.
  const chance = (failing.count / failing.of) ** each * valuesOf(failing, field)
  const score = failing.separation(whole, 0) - Math.min(0.5, chance)
  const never = field.top.filter(({ passed }) => passed === 0)
  const names = never.slice(0, 3).map(({ text }) => quoted(text ?? '…'))
  return { score, contrast, distinct, names: names.join(', ') + (distinct > 3 ? ', …' : '') }
}

function valuesOf(failing: Failing, field: FieldRecord): number {
  const pair = failing.fields.find((each): each is FieldPair => each.failing === field)
  return field.neverPassed.distinct + (pair?.passing?.distinct ?? 0)
}

function bestValue(failing: Failing, isWanted: (field: FieldRecord) => boolean) {
  const values = failing.fields.flatMap(({ failing: field }) => {
    if (!isWanted(field)) return []
    return field.top.map(({ text, count, passed }) => {
      const contrast = failing.contrast(count, passed)
      return { field, text: text ?? '…', contrast, score: failing.separation(count, passed) }
    })
  })
  return values.toSorted((a, b) => b.score - a.score)[0]
}
