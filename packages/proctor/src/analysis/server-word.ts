import type { RunRecord } from '../run/record.ts'
import type { SignatureRecord } from '../run/server-record.ts'
import { quoted } from './words.ts'

/** What a log names when it says why: the ids of explanations, and the words. */
const CAUSES: readonly (readonly [id: string, words: RegExp])[] = [
  ['repeated-input', /unique constraint|duplicate (key|entry)|e11000|integrityerror|already (exists|taken)/],
  [
    'dependency',
    /database is locked|sqlite_busy|deadlock|lock (wait )?timeout|could not obtain lock|too many clients|connection slots|pool (timed out|exhausted)|queuepool limit|timeout exceeded when trying to connect|connection is not available|(acquir|obtain)\w* (a )?connection|econnrefused|enotfound|etimedout|upstream|statement timeout|slow query/,
  ],
  ['overload', /overload|queue (is )?full|at capacity|too many (requests in flight|concurrent)/],
  ['rate-limit', /rate.?limit|throttl|quota exceeded/],
  ['auth-expiry', /(token|jwt|session)[^.]{0,20}expired/],
  ['payload-limit', /(payload|entity|body)[^.]{0,20}(too large|limit)/],
  [
    'invalid-input',
    /validation (failed|error)|invalid input|null value in column|value too long|check constraint/,
  ],
]

/** The service's own log of the requests of one signature: what it said of them, and not of those that passed. */
export class ServerWord {
  /** In small letters. */
  readonly text: string
  /** Explanations that the log itself gives, of all these requests or nearly. */
  readonly named: ReadonlySet<string>
  readonly #evidence: string | undefined

  constructor({ server }: RunRecord, { method, name, signature }: Named, failures: number) {
    const of = server?.signatures.find((each) => {
      return each.method === method && each.name === name && each.signature === signature
    })
    const said = of === undefined ? undefined : saidOf(of)
    const counted =
      said === undefined && of?.joined === 0 ? alikeCount(server!.messages, failures) : undefined
    this.text = (said?.message ?? counted?.message ?? '').toLowerCase()
    const isOfAll = said === undefined || said.count >= 0.8 * of!.joined
    this.named = new Set(isOfAll ? CAUSES.filter(([, words]) => words.test(this.text)).map(([id]) => id) : [])
    this.error = isOfAll && isGrave(said) ? said!.message : undefined
    this.#evidence = said ? joinedWords(said, of!, failures) : counted ? countedWords(counted) : silence(of)
  }

  /** What it said as an error or a warning, of each that it speaks of. */
  readonly error: string | undefined

  /** Nothing where nobody listened. */
  get evidence(): string[] {
    return this.#evidence === undefined ? [] : [this.#evidence]
  }
}

interface Named {
  readonly method: string
  readonly name: string
  readonly signature: string
}

type Said = SignatureRecord['messages'][number]
type Counted = NonNullable<RunRecord['server']>['messages'][number]

/** A line that each request has, such as that of its end, tells nothing. */
function saidOf({ messages, passing }: SignatureRecord): Said | undefined {
  const own = messages.filter((each) => each.passing === 0 || each.passing < 0.2 * passing)
  return own.toSorted((a, b) => weight(b) - weight(a))[0]
}

/** The gravest of those said of most. */
function weight({ level, count }: Said): number {
  return count * (level === 'error' || level === 'fatal' ? 4 : level === 'warn' ? 2 : 1)
}

function joinedWords(
  { level, message, count }: Said,
  { joined, kept }: SignatureRecord,
  failures: number,
): string {
  const ofWhich = kept > joined ? ` that it speaks of` : kept < failures ? ` that were followed` : ''
  return `The server's log says: ${inWords(level, message)} (on ${count} of ${joined} of these requests${ofWhich}).`
}

function inWords(level: string | null, message: string): string {
  return `${level === null ? '' : `${level}: `}${quoted(message)}`
}

function isGrave(said: Said | undefined): boolean {
  return said !== undefined && /^(error|fatal|warn)$/.test(said.level ?? '')
}

/** Lines without ids: as many as there were failures. */
function alikeCount(messages: readonly Counted[], failures: number): Counted | undefined {
  return messages.find(({ count }) => failures >= 3 && Math.abs(count - failures) <= 0.1 * failures)
}

function countedWords({ level, message, count }: Counted): string {
  return `The server's log says ${count} times, about as often as this failed: ${inWords(level, message)} (its lines bear no ids).`
}

function silence(of: SignatureRecord | undefined): string | undefined {
  return of !== undefined && of.kept > 0 && of.joined === 0
    ? `The server's log says nothing of ${of.kept} of these requests.`
    : undefined
}
