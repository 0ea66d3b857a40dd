import type { FieldRecord } from '../../evidence/case-file.ts'
import type { Claim, Explanation } from '../explanation.ts'
import type { Failing, FieldPair } from '../failing.ts'
import type { Finding } from '../finding.ts'
import { expectedRepeats, rangeOf } from '../range.ts'
import { about, contrastWords, fieldWords, grouped, number, quoted, size } from '../words.ts'

/** Values that must be unique and were sent before: in this run, or in an earlier one. */
export const repeatedInput: Explanation = {
  id: 'repeated-input',
  claim: (failing) => fromEarlierData(failing) ?? fromThisRun(failing),
}

const SAYS_SO = /already|duplicate|unique|exists|taken|in use|conflict|integrity/
const SENT = new Set(['body', 'query', 'header'])

function isConflict({ status, said }: Failing): boolean {
  return status === 409 || SAYS_SO.test(said)
}

function fromThisRun(failing: Failing): Claim | undefined {
  const candidates = sentFields(failing).map((pair) => ({ pair, score: scoreOf(failing, pair) }))
  const best = candidates.reduce((most, { score }) => Math.max(most, score), 0)
  if (best < 0.35) return undefined
  const alike = candidates.filter(({ score }) => score > best - 0.02).map(({ pair }) => pair)
  return claimOf(failing, byLikelihood(alike, failing), best)
}

function sentFields({ fields, count, method }: Failing): FieldPair[] {
  return fields.filter(({ failing: { place, occurrences, followedShare } }) => {
    // What is read may be read again; what is deleted or made under a path may not.
    const isSent = SENT.has(place) || (place === 'path' && method !== 'GET' && method !== 'HEAD')
    return isSent && occurrences >= 0.8 * count * followedShare
  })
}

function scoreOf(failing: Failing, { failing: field, passing }: FieldPair): number {
  if (passing === undefined || passing.occurrences === 0) return 0
  const [a, b] = [field.repeated / field.occurrences, passing.repeated / passing.occurrences]
  const apart = failing.separation(a * failing.count, b * failing.passed)
  // The service says so: then a few that all are repeats, where none that passed is, will do.
  const isWhole = a > 0.99 && b < 0.01
  return Math.min(1, apart + (!isConflict(failing) ? 0 : isWhole ? 0.35 : apart > 0.2 ? 0.25 : 0))
}

/** Fields that repeat together, such as a name and an e-mail made of one number: the service's words decide, then what is usual. */
function byLikelihood(pairs: readonly FieldPair[], { said }: Failing): Candidates {
  const ranked = pairs.map((pair) => ({ pair, rank: rankOf(pair, said) })).toSorted((a, b) => a.rank - b.rank)
  const likely = ranked.filter(({ rank }) => rank === ranked[0]!.rank).map(({ pair }) => pair)
  return { likely, others: ranked.slice(likely.length).map(({ pair }) => pair) }
}

interface Candidates {
  /** Of several nothing tells which it is. */
  readonly likely: readonly FieldPair[]
  readonly others: readonly FieldPair[]
}

function rankOf({ failing: { name } }: FieldPair, said: string): number {
  const last = fieldWords({ place: 'body', name })
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
  const isSaid = last.length > 2 && said.replaceAll(/[^a-z0-9]/g, '').includes(last)
  const usual = USUAL_KEYS.findIndex((key) => key.test(last))
  return (isSaid ? 0 : 100) + (usual < 0 ? USUAL_KEYS.length : usual)
}

const USUAL_KEYS = [
  /e?mail/,
  /username|login/,
  /(^|_)(id|uuid|key|code|slug|sku|isbn|ssn)$/,
  /id|number|code|key|phone|url/,
]

function claimOf(failing: Failing, { likely, others }: Candidates, score: number): Claim {
  const { failing: field, passing } = likely[0]!
  const what = likely.map((pair) => fieldWords(pair.failing)).join(' or ')
  const repeated = Math.round(field.repeated / field.followedShare)
  const contrast = {
    failing: repeated,
    ofFailing: Math.round(field.occurrences / field.followedShare),
    passing: Math.round((passing?.repeated ?? 0) / field.followedShare),
    ofPassing: Math.round((passing?.occurrences ?? 0) / field.followedShare),
  }
  const together = others.map((pair) => fieldWords(pair.failing)).join(' and ')
  return {
    score,
    cause: `the ${what} had been sent before in this run (${contrastWords(contrast)})`,
    evidence: [
      ...rangeEvidence(failing, field),
      ...answerEvidence(failing),
      ...(likely.length > 1 ? [`They repeat together, so that nothing tells which of them it is.`] : []),
      ...(together === '' ? [] : [`Whenever it repeats, ${together} repeats too.`]),
    ],
    recommendation: `Let the test draw each ${what} once (a counter, or a wider range), or take the refusal for an expected answer.`,
    also: wrongStatus(failing, `a repeated ${what}`),
  }
}

function rangeEvidence(failing: Failing, { place, name }: FieldRecord): string[] {
  const fields = fieldsOfAll(failing, place, name)
  const [draws, repeats] = [sum(fields, 'occurrences'), sum(fields, 'repeated')]
  const { followedShare } = fields[0]!
  const range = rangeOf(draws, repeats)
  if (range === undefined) return []
  const [low, high, best] = [range.low, range.high, range.best].map((values) => values / followedShare)
  const numbers = numberSpan(fields)
  const isSpan =
    numbers !== undefined &&
    followedShare === 1 &&
    numbers.values > low! * 0.8 &&
    numbers.values < high! * 1.25
  const [all, repeated] = [draws, repeats].map((count) => grouped(Math.round(count / followedShare)))
  // Of so many as the repeats themselves tell as many repeats are expected as there were: that would say nothing more.
  if (!isSpan) {
    return [
      `Of ${all} draws ${repeated} were repeats, so that it is drawn from some ${about(best!)} values (95 %: ${about(low!)} to ${about(high!)}).`,
    ]
  }
  const { min, max, values } = numbers
  return [
    `By its repeats it is drawn from ${about(low!)} to ${about(high!)} values (95 %); the numbers in it span ${grouped(values)}, from ${min} to ${max}. Of ${all} draws from so many about ${number(expectedRepeats(draws, values))} are repeats; ${repeated} were.`,
  ]
}

function fieldsOfAll({ record, method, name }: Failing, place: string, field: string): FieldRecord[] {
  return record.evidence
    .filter((evidence) => evidence.method === method && evidence.name === name)
    .flatMap(({ cohorts }) =>
      cohorts.flatMap(({ fields }) => fields.filter((each) => each.place === place && each.name === field)),
    )
}

function numberSpan(
  fields: readonly FieldRecord[],
): { min: number; max: number; values: number } | undefined {
  const mins = fields.flatMap(({ numbers }) => numbers.min ?? [])
  const maxs = fields.flatMap(({ numbers }) => numbers.max ?? [])
  if (mins.length === 0) return undefined
  const [min, max] = [Math.min(...mins), Math.max(...maxs)]
  return { min, max, values: max - min + 1 }
}

function sum(fields: readonly FieldRecord[], figure: 'occurrences' | 'repeated'): number {
  return fields.reduce((all, field) => all + field[figure], 0)
}

function answerEvidence({ signature, exemplars }: Failing): string[] {
  const body = exemplars[0]?.response?.body
  return body === undefined ? [] : [`The service answered ${quoted(signature)} (${size(body.length)}).`]
}

/** It refuses repeats of what this run sent, and more: what it has from before. */
function fromEarlierData(failing: Failing): Claim | undefined {
  if (!isConflict(failing)) return undefined
  const candidates = sentFields(failing).filter(({ failing: field, passing }) => {
    const hasMore = field.occurrences - field.repeated >= Math.max(3, 0.03 * field.occurrences)
    return hasMore && field.repeated >= 3 && passing?.repeated === 0 && passing.occurrences > 0
  })
  if (candidates.length === 0) return undefined
  const pair = byLikelihood(candidates, failing).likely[0]!
  const what = fieldWords(pair.failing)
  const { repeated, occurrences, followedShare } = pair.failing
  const whole = (count: number): number => Math.round(count / followedShare)
  return {
    score: 0.8,
    cause: `the ${what} was taken: ${whole(repeated)} had been sent before in this run, ${whole(occurrences - repeated)} the service had from before`,
    evidence: [
      `No ${what} passed twice: 0 of ${whole(pair.passing!.occurrences)} that passed had been sent before.`,
      ...answerEvidence(failing),
    ],
    recommendation: `Begin with a fresh database, or let the test draw each ${what} from a range that no run used before.`,
    also: wrongStatus(failing, `a repeated ${what}`),
  }
}

/** 500 says that the service has a defect; what was sent has one. */
function wrongStatus({ status, count, exemplars }: Failing, to: string): Finding[] {
  if (status === undefined || status < 500) return []
  const response = exemplars[0]?.response
  const type = response?.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  const isPage = type?.includes('html') ?? false
  return [
    {
      id: 'wrong-status',
      severity: 'warning',
      title: `${status} is the wrong answer to ${to}: 409 Conflict is the right one.`,
      certainty: 'certain',
      evidence: [
        `${count} answers had status ${status}${isPage ? `, with an HTML page of about ${size(response!.body.length)}` : ''}: a client cannot tell them from a defect, and retries in vain.`,
      ],
      rivals: [],
      recommendation:
        'Catch the violated uniqueness where the row is inserted, and answer 409 with a short body that names the field.',
    },
  ]
}
