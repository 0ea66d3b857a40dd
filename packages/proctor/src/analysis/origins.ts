import type { ExemplarRecord } from '../evidence/case-file.ts'
import type { RunRecord } from '../run/record.ts'
import type { Failing } from './failing.ts'
import { requestWords } from './words.ts'

/** Where failing requests went, as far as those that were kept tell it; other requests of the run may have gone elsewhere. */
export interface Whereabouts {
  /** `http://10.0.0.7:8080`, of each that they went to; none where no request was kept. */
  readonly origins: readonly string[]
  /** Whether any of the run got an answer there. */
  readonly hasAnswered: boolean
  /**
   * Whether an answer may have come from there, or from elsewhere, unseen: requests of the same names went to other origins, too, or of
   * some names that passed none was kept.
   */
  readonly isDoubtful: boolean
  /** The answer that led there, where a redirect did. */
  readonly redirect: Redirect | null
}

interface Redirect {
  /** `POST /things`. */
  readonly request: string
  readonly status: number
  readonly location: string
}

export function redirectWords({ request, status, location }: Redirect): string {
  return `${request} was answered ${status} with Location: ${location}.`
}

export function whereaboutsOf({ record, exemplars, names }: Failing): Whereabouts {
  const origins = [...new Set(exemplars.map(originOf))]
  const answered = record.exemplars.filter(({ response }) => response !== null)
  const isThere = (exemplar: ExemplarRecord): boolean => origins.includes(originOf(exemplar))
  return {
    origins,
    hasAnswered: answered.some(isThere),
    isDoubtful:
      answered.some((each) => names.has(requestWords(each)) && !isThere(each)) || hasPassedUnseen(record),
    redirect: redirectTo(origins, answered),
  }
}

/** Whether some passed of names that no evidence was kept of. */
function hasPassedUnseen({ requests, evidence }: RunRecord): boolean {
  const known = new Set(evidence.map(requestWords))
  return requests.some((each) => each.count > each.failures && !known.has(requestWords(each)))
}

/** Of the service whose address the run was given. */
export function isHome(origin: string, { host }: RunRecord): boolean {
  return URL.canParse(host) && new URL(host).origin === origin
}

function originOf({ request }: ExemplarRecord): string {
  return new URL(request.url).origin
}

function redirectTo(origins: readonly string[], answered: readonly ExemplarRecord[]): Redirect | null {
  for (const { method, name, request, response } of answered) {
    const { status, headers } = response!
    const location = headers.find(([header]) => header.toLowerCase() === 'location')?.[1]
    if (location === undefined || status < 300 || status > 399 || !URL.canParse(location, request.url))
      continue
    const { origin } = new URL(location, request.url)
    if (origins.includes(origin) && origin !== new URL(request.url).origin)
      return { request: requestWords({ method, name }), status, location }
  }
  return null
}
