import type { SpreadRecord } from '../../evidence/case-file.ts'
import type { Claim, Explanation } from '../explanation.ts'
import type { Failing, FieldPair } from '../failing.ts'
import { contrastWords, fieldWords, number, size } from '../words.ts'

/** Input that a rule of the service refuses, or that it stumbles over: a field too large, too long, missing, of another kind. */
export const invalidInput: Explanation = {
  id: 'invalid-input',
  claim(failing) {
    const claims = failing.fields
      .filter(({ failing: { place } }) => place === 'body' || place === 'query')
      .flatMap((pair) => RULES.flatMap((rule) => rule(failing, pair) ?? []))
    const best = claims.toSorted((a, b) => b.score - a.score)[0]
    if (best === undefined) return undefined
    const saysSo =
      failing.status === 400 ||
      failing.status === 422 ||
      /invalid|valid|must|expected|required/.test(failing.said)
    const score = Math.min(1, best.score + (saysSo ? 0.1 : 0) - (failing.status === 413 ? 0.3 : 0))
    return { ...best, score, recommendation: adviceOf(failing) }
  },
}

function adviceOf({ status }: Failing): string {
  if (status !== undefined && status >= 500) {
    return 'Check the field in the service before it is used, and answer 400 or 422 with the rule; and let the test send what the rule allows.'
  }
  return 'Let the test send what the rule allows; or widen the rule, if such input is to be expected.'
}

type Rule = (failing: Failing, pair: FieldPair) => Omit<Claim, 'recommendation'> | undefined

const RULES: readonly Rule[] = [
  (failing, { failing: field, passing }) => {
    if (field.occurrences < 0.9 * failing.count * field.followedShare) return undefined
    return apart(failing, field.numbers, passing?.numbers, fieldWords(field), ['above', 'below'], number)
  },
  (failing, { failing: field, passing }) => {
    return apart(
      failing,
      field.lengths,
      passing?.lengths,
      `the length of ${fieldWords(field)}`,
      ['above', 'below'],
      (length) => `${length} characters`,
    )
  },
  (failing, { failing: field, passing }) => {
    return having(
      failing,
      field.wide,
      passing?.wide ?? 0,
      `${fieldWords(field)} held characters beyond ASCII`,
    )
  },
  (failing, { failing: field, passing }) => {
    const kinds = ['null', 'empty', 'boolean', 'list'] as const
    const claims = kinds.flatMap((kind) => {
      const words = kind === 'list' ? 'a list' : kind === 'boolean' ? 'true or false' : kind
      return (
        having(
          failing,
          field.kinds[kind] ?? 0,
          passing?.kinds[kind] ?? 0,
          `${fieldWords(field)} was ${words}`,
        ) ?? []
      )
    })
    return claims.toSorted((a, b) => b.score - a.score)[0]
  },
]

function having(
  failing: Failing,
  inFailing: number,
  inPassing: number,
  cause: string,
): Omit<Claim, 'recommendation'> | undefined {
  const score = failing.separation(Math.min(inFailing, failing.count), Math.min(inPassing, failing.passed))
  if (score < 0.35) return undefined
  return { score, cause: `${cause} (${contrastWords(failing.contrast(inFailing, inPassing))})`, evidence: [] }
}

/** Whether all failing lie beyond all passing. */
export function apart(
  failing: Failing,
  inFailing: SpreadRecord,
  inPassing: SpreadRecord | undefined,
  what: string,
  [above, below]: readonly [string, string],
  words: (value: number) => string,
): Omit<Claim, 'recommendation'> | undefined {
  const passing = inPassing
  if (
    passing === undefined ||
    inFailing.min === null ||
    inFailing.max === null ||
    passing.min === null ||
    passing.max === null
  )
    return undefined
  const isAbove = inFailing.min > passing.max
  if (!isAbove && inFailing.max >= passing.min) return undefined
  const [limit, from] = isAbove ? [passing.max, inFailing.min] : [passing.min, inFailing.max]
  const [most, least] = isAbove ? ['at most', 'at least'] : ['at least', 'at most']
  return {
    score: failing.separation(failing.count, 0),
    cause: `${what} was ${isAbove ? above : below} what passes`,
    evidence: [
      `Failing: ${least} ${words(from)}. Passing: ${most} ${words(limit)} (${contrastWords(failing.contrast(failing.count, 0))}).`,
    ],
  }
}

/** A body larger than the service takes. */
export const payloadLimit: Explanation = {
  id: 'payload-limit',
  claim(failing) {
    const { failing: sizes, passing } = failing.measure('requestBytes')
    const saysSo = failing.status === 413 || /too large|payload|entity/.test(failing.said)
    const claim = apart(failing, sizes, passing, 'the body', ['larger than', 'smaller than'], size)
    if (claim === undefined && !(failing.status === 413)) return undefined
    const isLarge = (sizes.min ?? 0) >= 4_096 || failing.code !== undefined
    return {
      score: Math.min(1, (claim?.score ?? 0.6) + (saysSo ? 0.2 : isLarge ? 0.05 : -0.15)),
      cause: `the body was larger than the service takes`,
      evidence: claim?.evidence ?? [
        `Failing bodies had from ${size(sizes.min ?? 0)} to ${size(sizes.max ?? 0)}.`,
      ],
      recommendation:
        'Keep bodies under the limit, or raise it; the service should answer 413 before it has read all of it.',
    }
  },
}
