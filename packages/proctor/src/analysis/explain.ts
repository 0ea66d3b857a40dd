import type { FailureRecord, RunRecord } from '../run/record.ts'
import type { Claim, Explanation } from './explanation.ts'
import { EXPLANATIONS } from './explanations/table.ts'
import { Failing } from './failing.ts'
import type { Certainty, Finding, Rival } from './finding.ts'
import { together } from './together.ts'
import { failureKey, unexplained } from './unexplained.ts'
import { type Failed, grouped, requestWords, whatFailed } from './words.ts'

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
  const lost = withoutEvidence(record, all)
  const findings = [...byCause.values()].map((alike) => ({
    finding: findingOf(alike, record, lost),
    also: alike[0]!.best?.claim.also ?? [],
  }))
  const ranked = findings.toSorted((a, b) => rank(b.finding) - rank(a.finding))
  return [
    ...ranked.map(({ finding }) => finding),
    ...ranked.flatMap(({ also }) => also),
    ...[...lost.values()].map((failures) => unexplained(record, { alike: [], lost: failures, rivals: [] })),
  ]
}

/** By signature: what no evidence was kept of. */
function withoutEvidence(record: RunRecord, all: readonly Failing[]): Map<string, FailureRecord[]> {
  const known = new Set(all.map((failing) => failureKey(failing)))
  const lost = record.failures.filter((failure) => !known.has(failureKey(failure)))
  return Map.groupBy(lost, ({ signature }) => signature)
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
  if (best !== undefined) return failureKey(failing)
  return ['unexplained', failing.signature, failing.word.error, failing.passed > 0].join(' ')
}

/** What no evidence was kept of goes with what looks the same and is not explained either: it is taken out of `lost`. */
function findingOf(
  alike: readonly Verdict[],
  record: RunRecord,
  lost: Map<string, FailureRecord[]>,
): Finding {
  const { failing, best, others } = alike[0]!
  if (best === undefined) {
    const isOpen = failing.word.error === undefined && failing.passed > 0
    const also = (isOpen ? lost.get(failing.signature) : undefined) ?? []
    if (isOpen) lost.delete(failing.signature)
    return unexplained(record, {
      alike: alike.map((verdict) => verdict.failing),
      lost: also,
      rivals: alike.length > 1 ? [] : others.slice(0, RIVALS).map((other) => rivalOf(other)),
    })
  }
  const count = countOf(alike)
  const { id, claim } = best
  return {
    id,
    severity: 'failure',
    title: `${whatFailed(withWords(alike))} failed: ${causeOf(claim, alike)}.`,
    explains: { failures: count, of: record.total.failures },
    about: alike.map((verdict) => failureKey(verdict.failing)),
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

function withWords(alike: readonly Verdict[]): Failed[] {
  return alike.map(({ failing }) => ({ words: requestWords(failing), count: failing.count, of: failing.of }))
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

/** What explains more failures would change more. */
function rank({ explains, certainty, id }: Finding): number {
  const weight = id === 'unexplained' ? 0.3 : certainty === 'certain' ? 1 : certainty === 'likely' ? 0.8 : 0.6
  return (explains?.failures || 1) * weight
}
