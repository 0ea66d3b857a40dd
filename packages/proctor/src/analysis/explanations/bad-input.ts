import type { FieldRecord, SpreadRecord } from '../../evidence/case-file.ts'
import type { ValueKind } from '../../evidence/field-value.ts'
import { separation } from '../contrast.ts'
import type { Claim, Explanation } from '../explanation.ts'
import type { Failing, FieldPair } from '../failing.ts'
import { neverPassing, valuesBeyond } from './never-passing.ts'
import { stretchOf } from './time.ts'
import { contrastWords, fieldWords, number, quoted } from '../words.ts'

/** Input that a rule of the service refuses, or that it stumbles over: a field too large, too long, missing, of another kind. */
export const invalidInput: Explanation = {
  id: 'invalid-input',
  claim(failing) {
    if (failing.passed === 0) return refusedAlways(failing)
    const claims = [
      ...failing.fields
        .filter(({ failing: { place } }) => SENT.has(place))
        .flatMap((pair) => RULES.flatMap((rule) => rule(failing, pair) ?? [])),
      ...failing.missingFields
        .filter(({ place }) => SENT.has(place))
        .flatMap((field) => missing(failing, undefined, field) ?? []),
    ]
    const best = claims.toSorted((a, b) => b.score - a.score)[0]
    if (best === undefined) return undefined
    const saysSo = failing.status === 400 || failing.status === 422 || SAYS_SO.test(failing.said)
    const score = Math.min(1, best.score + (saysSo ? 0.1 : 0) - (failing.status === 413 ? 0.3 : 0))
    return { ...best, score, recommendation: adviceOf(failing) }
  },
}

const SENT = new Set(['body', 'query', 'header'])
const SAYS_SO = /invalid|valid|must|expected|required|missing|illegal|malformed|ungültig|requis|obligat/
/** What an answer says of a request that can only be the request's own fault. */
const OF_THE_INPUT = new Set([400, 406, 411, 414, 415, 422, 428, 431])

/** None of them was ever taken: nothing to compare with, but the status says whose fault it is. */
function refusedAlways(failing: Failing): Claim | undefined {
  const { status, of, count, signature } = failing
  if (status === undefined || !OF_THE_INPUT.has(status) || count < Math.max(3, 0.8 * of)) return undefined
  return {
    score: 0.65,
    cause: 'the service takes no request such as these',
    evidence: [`${count} of ${of} were answered ${quoted(signature)}, and none passed.`],
    recommendation:
      'Compare a request that was kept with what the service documents: content type, fields, required headers.',
  }
}

function adviceOf({ status }: Failing): string {
  if (status !== undefined && status >= 500) {
    return 'Check the field in the service before it is used, and answer 400 or 422 with the rule; and let the test send what the rule allows.'
  }
  return 'Let the test send what the rule allows; or widen the rule, if such input is to be expected.'
}

type Rule = (failing: Failing, pair: FieldPair) => Omit<Claim, 'recommendation'> | undefined

const RULES: readonly Rule[] = [
  (failing, { failing: field }) => held(failing, field),
  (failing, { failing: field, passing }) => missing(failing, field, passing),
  (failing, { failing: field, passing }) => {
    return having(failing, occurrencesOf(field), occurrencesOf(passing), `${fieldWords(field)} was sent`)
  },
  (failing, { failing: field, passing }) => {
    if (field.occurrences < 0.9 * failing.count * field.followedShare) return undefined
    const claim = apart(
      failing,
      field.numbers,
      passing?.numbers,
      fieldWords(field),
      ['above', 'below'],
      number,
    )
    return ofFew(claim, field)
  },
  (failing, { failing: field, passing }) => {
    const beyond = valuesBeyond(field, passing)
    const never = beyond && neverPassing(failing, field)
    return (
      never && {
        score: never.score,
        cause: `${fieldWords(field)} was ${beyond} what passes (${contrastWords(never.contrast)})`,
        evidence: [],
      }
    )
  },
  (failing, { failing: field, passing }) => {
    // Texts with a word more are longer, too.
    if (held(failing, field) !== undefined) return undefined
    const claim = apart(
      failing,
      field.lengths,
      passing?.lengths,
      `the length of ${fieldWords(field)}`,
      ['above', 'below'],
      (length) => `${length} characters`,
    )
    return ofFew(claim, field)
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
    const claims = KINDS.flatMap(([kind, words]) => {
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

const KINDS: readonly (readonly [kind: ValueKind, words: string])[] = [
  ['null', 'null'],
  ['empty', 'empty'],
  ['boolean', 'true or false'],
  ['list', 'a list'],
  ['number', 'a number'],
  ['text', 'a text'],
]

/** Words or signs that only texts which failed hold. */
function held(failing: Failing, field: FieldRecord): ReturnType<Rule> {
  const { words } = field
  // A masked text says nothing, and where a few values fail it is them rather than their words.
  if (words === undefined || field.distinct < LEAST_TEXTS) return undefined
  const { ofFailing, ofPassing, telling, tried } = words
  const most = telling[0]!.failing
  if (byChance(most, ofFailing, ofPassing) * tried > LEAST_CHANCE) return undefined
  const contrast = { failing: most, ofFailing, passing: 0, ofPassing }
  const like = telling.filter((each) => each.failing === most).map(({ text }) => `“${quoted(text)}”`)
  return {
    // Those that passed were kept of the first seconds most of all: what is sent later may hold other words.
    score: Math.min(MOST_OF_WORDS, separation(contrast)) - 0.3 * Math.max(0, stretchOf(failing).score),
    cause: `${fieldWords(field)} held ${like.join(' or ')} (of values that were kept ${contrastWords(contrast)})`,
    evidence: [
      ...(like.length > 1 ? ['They come together, so that nothing tells which of them it is.'] : []),
      ...(field.lengths.min !== null &&
      failing.fields.some((pair) => pair.failing === field && isLonger(pair))
        ? ['Those that failed were longer than all that passed, too.']
        : []),
    ],
  }
}

/** Whether several values that failed have a word or a sign in common, so that not each of them is bad by itself. */
export function haveWordInCommon(failing: Failing, field: FieldRecord): boolean {
  const { words } = field
  return held(failing, field) !== undefined && words!.telling[0]!.failing === words!.ofFailing
}

const LEAST_TEXTS = 5
const LEAST_CHANCE = 1e-4
/** Other properties of the same texts may be what matters. */
const MOST_OF_WORDS = 0.74

function isLonger({ failing, passing }: FieldPair): boolean {
  return (failing.lengths.min ?? 0) > (passing?.lengths.max ?? Infinity)
}

/** How likely what so many texts hold is in failing ones only, if it had nothing to do with it. */
function byChance(count: number, ofFailing: number, ofPassing: number): number {
  let chance = 1
  for (let i = 0; i < count; i++) chance *= (ofFailing - i) / (ofFailing + ofPassing - i)
  return chance
}

function missing(
  failing: Failing,
  field: FieldRecord | undefined,
  passing: FieldRecord | undefined,
): ReturnType<Rule> {
  const named = field ?? passing
  if (named === undefined) return undefined
  return having(
    failing,
    failing.count - occurrencesOf(field),
    failing.passed - occurrencesOf(passing),
    `${fieldWords(named)} was missing`,
  )
}

function occurrencesOf(field: FieldRecord | undefined): number {
  return field === undefined ? 0 : Math.round(field.occurrences / field.followedShare)
}

/** One value beyond all others, or two, is a value rather than a limit. */
function ofFew(claim: Omit<Claim, 'recommendation'> | undefined, { distinct }: FieldRecord) {
  if (claim === undefined || distinct > 2) return claim
  return { ...claim, score: claim.score - (distinct === 2 ? 0.1 : 0.3) }
}

function having(
  failing: Failing,
  inFailing: number,
  inPassing: number,
  cause: string,
): Omit<Claim, 'recommendation'> | undefined {
  const [a, b] = [Math.min(inFailing, failing.count), Math.min(inPassing, failing.passed)]
  const score = failing.separation(a, b)
  if (score < 0.35) return undefined
  return { score, cause: `${cause} (${contrastWords(failing.contrast(a, b))})`, evidence: [] }
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
