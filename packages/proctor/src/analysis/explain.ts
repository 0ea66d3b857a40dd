import type { FailureRecord, RunRecord } from '../run/record.ts'
import type { Claim, Explanation } from './explanation.ts'
import { EXPLANATIONS } from './explanations/table.ts'
import { Failing } from './failing.ts'
import type { Certainty, Finding, Rival } from './finding.ts'
import { together } from './together.ts'
import { grouped, quoted, requestWords } from './words.ts'

/** Below this an explanation explains nothing. */
const LEAST = 0.35
const LIKELY = 0.6
const CERTAIN = 0.85
/** A rival that fits nearly as well is a reason to doubt. */
const NEAR = 0.1
const RIVALS = 3
/** What the log says counts for so much. */
const LOG_WEIGHT = 0.15

interface Weighed {
  readonly id: string
  readonly tells: Explanation['tells']
  readonly claim: Claim
}

/** What explains the failures of one signature best, and what else might. */
interface Verdict {
  readonly failing: Failing
  readonly best: Weighed | undefined
  readonly others: readonly Weighed[]
}

/** Why requests failed: a finding for each cause, the one that explains most first, then what follows from it. */
export function explain(record: RunRecord): Finding[] {
  const all = failingOf(record)
  const bySignature = Map.groupBy(all, ({ signature }) => signature)
  const verdicts = [...bySignature].flatMap(([signature, alike]) => {
    const shared = claimsOf(together(record, signature))
    return alike.map((failing) => weigh(failing, shared))
  })
  const byCause = Map.groupBy(verdicts, causeKey)
  const findings = [...byCause.values()].map((alike) => ({
    finding: { ...findingOf(alike, record), about: alike.map(({ failing }) => failureKey(failing)) },
    also: alike[0]!.best?.claim.also ?? [],
  }))
  const ranked = findings.toSorted((a, b) => rank(b.finding) - rank(a.finding))
  return [
    ...ranked.map(({ finding }) => finding),
    ...ranked.flatMap(({ also }) => also),
    ...withoutEvidence(record),
  ]
}

/** Failures that no evidence was kept of: there were too many names or signatures, or it was not wanted. */
function withoutEvidence(record: RunRecord): Finding[] {
  const known = new Set(failingOf(record).map(failureKey))
  return record.failures
    .filter((failure) => !known.has(failureKey(failure)))
    .map((failure) => ({
      ...UNEXPLAINED,
      title: `${grouped(failure.count)}${ofAll(record, failure)} ${requestWords(failure)} failed with ${failure.signature}: nothing in this run explains it.`,
      explains: { failures: 0, of: record.total.failures },
      about: [failureKey(failure)],
      evidence: ['No evidence was kept of these requests.'],
      rivals: [],
    }))
}

function failureKey({
  method,
  name,
  signature,
}: Pick<FailureRecord, 'method' | 'name' | 'signature'>): string {
  return `${method} ${name} ${signature}`
}

/** ` of 601`; nothing where it stands for several names. */
function ofAll({ requests }: RunRecord, { method, name }: { method: string; name: string }): string {
  const request = requests.find((each) => each.method === method && each.name === name)
  return request === undefined ? '' : ` of ${grouped(request.count)}`
}

function failingOf(record: RunRecord): Failing[] {
  return record.evidence.flatMap((evidence) => {
    return evidence.cohorts
      .filter(({ outcome }) => outcome === 'failed')
      .map((cohort) => new Failing(record, evidence, cohort))
  })
}

/** `shared` are the claims of all failures that look the same, whatever their name. */
function weigh(failing: Failing, shared: readonly Weighed[]): Verdict {
  const weighed = betterOf(claimsOf(failing), shared)
    .map(({ id, tells, claim }) => {
      return { id, tells, claim: { ...claim, score: weighedByLog(claim.score, id, failing.word.named) } }
    })
    .filter(({ claim }) => claim.score >= LEAST / 2)
    .toSorted((a, b) => b.claim.score - a.claim.score)
  const best = bestOf(weighed)
  return { failing, best, others: weighed.filter((each) => each !== best) }
}

function claimsOf(failing: Failing | undefined): Weighed[] {
  if (failing === undefined) return []
  return EXPLANATIONS.flatMap(({ id, tells, claim }): Weighed[] => {
    const made = claim(failing)
    return made === undefined ? [] : [{ id, tells, claim: made }]
  })
}

/** Of two claims with one cause that which fits better; one for all names has a key, so that it is told once. */
function betterOf(own: readonly Weighed[], shared: readonly Weighed[]): Weighed[] {
  const keyed = shared.map((each) => ({ ...each, claim: { ...each.claim, key: each.claim.key ?? 'of all' } }))
  return [...Map.groupBy([...own, ...keyed], ({ id }) => id).values()].map((same) => {
    return same.toSorted((a, b) => b.claim.score - a.claim.score)[0]!
  })
}

/** The one that fits best; where that says only when it was, one that says why, if it is likely. */
function bestOf(weighed: readonly Weighed[]): Weighed | undefined {
  const [first] = weighed
  if (first === undefined || first.claim.score < LEAST) return undefined
  if (first.tells !== 'when') return first
  return weighed.find(({ tells, claim }) => tells !== 'when' && claim.score >= LIKELY) ?? first
}

/** What the service's log names fits better, and what it does not name worse. */
function weighedByLog(score: number, id: string, named: ReadonlySet<string>): number {
  if (named.size === 0) return score
  return named.has(id) ? Math.min(1, score + LOG_WEIGHT) : score - LOG_WEIGHT
}

/** Failures of several requests or signatures with one cause are one finding. */
function causeKey({ failing, best }: Verdict): string {
  if (best?.claim.key !== undefined) return `${best.id} ${best.claim.key}`
  return `${failing.method} ${failing.name} ${failing.signature}`
}

function findingOf(alike: readonly Verdict[], record: RunRecord): Finding {
  const { failing, best, others } = alike[0]!
  const count = countOf(alike)
  if (best === undefined) return unexplained(failing, others, record)
  const { id, claim } = best
  return {
    id,
    severity: 'failure',
    title: `${whatFailed(alike, count)} failed: ${causeOf(claim, alike)}.`,
    explains: { failures: count, of: record.total.failures },
    certainty: certaintyOf(best, others),
    evidence: [
      ...claim.evidence.slice(0, 1),
      ...failing.word.evidence,
      ...claim.evidence.slice(1),
      ...whenItWas(alike),
    ],
    rivals: others.slice(0, RIVALS).map((other) => rivalOf(other)),
    recommendation: claim.recommendation,
  }
}

function causeOf({ cause, causeOfAll }: Claim, alike: readonly Verdict[]): string {
  return alike.length > 1 && causeOfAll ? causeOfAll(alike.map(({ failing }) => failing)) : cause
}

/** When it failed, beside why: of how many, where the finding is about others, too. */
function whenItWas(alike: readonly Verdict[]): string[] {
  const { best } = alike[0]!
  const when = whenOf(alike[0]!)
  if (best?.tells === 'when' || when === undefined) return []
  const same = alike.filter((verdict) => {
    const other = whenOf(verdict)
    return other?.id === when.id && other.claim.key === when.claim.key
  })
  const words = causeOf(when.claim, same)
  return [
    same.length === alike.length
      ? `When: ${words}.`
      : `When, of ${grouped(countOf(same))} of these ${grouped(countOf(alike))}: ${words}.`,
  ]
}

function whenOf({ others }: Verdict): Weighed | undefined {
  return others.find(({ tells, claim }) => tells === 'when' && claim.score >= LEAST)
}

function countOf(verdicts: readonly Verdict[]): number {
  return verdicts.reduce((sum, { failing }) => sum + failing.count, 0)
}

function whatFailed(alike: readonly Verdict[], count: number): string {
  const { failing } = alike[0]!
  const requests = new Map(alike.map((verdict) => [requestWords(verdict.failing), verdict.failing.of]))
  if (requests.size === 1) return `${grouped(count)} of ${grouped(failing.of)} ${requestWords(failing)}`
  const of = [...requests.values()].reduce((sum, each) => sum + each, 0)
  return `${grouped(count)} of ${grouped(of)} requests (${[...requests.keys()].slice(0, 3).join(', ')})`
}

function certaintyOf({ tells, claim }: Weighed, others: readonly Weighed[]): Certainty {
  const near = others.filter((other) => other.claim.score > claim.score - NEAR)
  // When it was and why can both be true: the one makes the other no less likely, but not certain either.
  const isRivalled = near.some((other) => other.tells === tells) || claim.score >= CERTAIN
  const score = claim.score - (near.length > 0 && isRivalled ? NEAR : 0)
  return score >= CERTAIN ? 'certain' : score >= LIKELY ? 'likely' : 'possible'
}

function rivalOf({ id, claim }: Weighed): Rival {
  return { id, why: `fits less (${claim.score.toFixed(2)}): ${claim.cause}` }
}

function unexplained(failing: Failing, others: readonly Weighed[], record: RunRecord): Finding {
  return {
    ...UNEXPLAINED,
    ...(failing.word.error === undefined ? {} : SERVER_ERROR),
    title: `${grouped(failing.count)} of ${grouped(failing.of)} ${requestWords(failing)} failed with ${failing.signature}: ${failing.word.error === undefined ? 'nothing in this run explains it' : `the service ran into ${quoted(failing.word.error)}`}.`,
    explains: {
      failures: failing.word.error === undefined ? 0 : failing.count,
      of: record.total.failures,
    },
    evidence: [
      ...failing.word.evidence,
      failing.passed === 0
        ? 'None of this name passed, so there is nothing to compare with.'
        : 'Time, user, instance, connection, size, requests in flight, and the fields sent: none tells failing from passing.',
    ],
    rivals: others.slice(0, RIVALS).map((other) => rivalOf(other)),
  }
}

const UNEXPLAINED = {
  id: 'unexplained',
  severity: 'failure',
  certainty: 'possible',
  recommendation:
    'Read the failing requests that --json-file keeps whole, and the service’s log of their trace ids.',
} as const

/** The log says what happened, though nothing says to which requests. */
const SERVER_ERROR = {
  id: 'server-error',
  certainty: 'likely',
  recommendation:
    'Find that message in the service’s code: its log has the whole stack, under the trace ids of the requests that --json-file keeps.',
} as const

/** What explains more failures would change more. */
function rank({ explains, certainty, id }: Finding): number {
  const weight = id === 'unexplained' ? 0.3 : certainty === 'certain' ? 1 : certainty === 'likely' ? 0.8 : 0.6
  return (explains?.failures || 1) * weight
}
