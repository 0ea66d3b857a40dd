import { REDACTED } from '../../evidence/redaction.ts'
import type { Claim, Explanation } from '../explanation.ts'
import type { Failing } from '../failing.ts'
import { contrastWords, grouped, quoted, size } from '../words.ts'
import { apart } from './bad-input.ts'
import { bestThreshold } from './spreads.ts'

const TOO_LARGE =
  /too ?(large|big|long)|payload|exceeds? .{0,20}(size|limit|length)|max\w* .{0,10}(size|length)|zu (groß|gross)|trop (grand|volumineu)|demasiado grande|muito grande/

/** A body larger than the service takes. */
export const payloadLimit: Explanation = {
  id: 'payload-limit',
  claim(failing) {
    const head = headLimit(failing)
    if (head !== undefined) return head
    const { failing: sizes, passing } = failing.measure('requestBytes')
    const saysSo = failing.status === 413 || TOO_LARGE.test(failing.said)
    const claim =
      apart(failing, sizes, passing, 'the body', ['larger than', 'smaller than'], size) ??
      mostlyApart(failing)
    if (claim === undefined && !(failing.status === 413)) return undefined
    // Small bodies that differ by a few bytes differ in something else.
    const isLarge = (sizes.min ?? 0) >= LARGE_BYTES || (claim !== undefined && 'isLarge' in claim)
    return {
      score: Math.min(1, (claim?.score ?? 0.6) + (saysSo ? 0.2 : isLarge ? 0.05 : -0.3)),
      cause: `the body was larger than the service takes`,
      evidence: claim?.evidence ?? [
        `Failing bodies had from ${size(sizes.min ?? 0)} to ${size(sizes.max ?? 0)}.`,
      ],
      recommendation:
        'Keep bodies under the limit, or raise it; the service should answer 413 before it has read all of it.',
    }
  },
}

const LARGE_BYTES = 4_096
const MOSTLY = 0.6

/** Where some fail for another reason, most of those that are large do, and few that are small. */
function mostlyApart(failing: Failing): { score: number; evidence: string[]; isLarge: true } | undefined {
  const { threshold, failing: large, passing, score } = bestThreshold(failing, 'requestBytes')
  if (score < MOSTLY || threshold < LARGE_BYTES) return undefined
  return {
    score: 0.8 * score,
    evidence: [`From ${size(threshold)} on: ${contrastWords(failing.contrast(large, passing))}.`],
    isLarge: true,
  }
}

/** What is larger, some statuses say: 494 is nginx's own. */
const PARTS = new Map([
  [414, 'address'],
  [431, 'headers'],
  [494, 'headers'],
])
const HEAD_TOO_LARGE =
  /(header|cookie|request line|uri)[^.]{0,30}(too ?(large|big|long)|exceed|limit)|(too (large|big|long)|exceeds?) .{0,20}(header|cookie|uri)/
/** What proxies answer otherwise, without saying why. */
const BARE = 400
/** No service takes less; and heads that differ by a few bytes differ in something else, such as the digits of a length. */
const [LARGE_HEAD, LEAST_GROWTH] = [1_900, 500]
const MOST_UNSAID = 0.82

/** The line of a request and its headers, larger than the service or the proxy before it takes. */
function headLimit(failing: Failing): Claim | undefined {
  const { status, signature, count } = failing
  const part = PARTS.get(status ?? 0)
  const { failing: sizes, passing } = failing.measure('headBytes')
  const isSaid = part !== undefined || HEAD_TOO_LARGE.test(failing.said)
  if (!isSaid && status !== BARE) return undefined
  const [least, most] = [sizes.min ?? 0, passing.max ?? 0]
  const isApart = passing.max !== null && least > most
  const isLarge = isApart && least >= Math.max(LARGE_HEAD, (passing.min ?? 0) + LEAST_GROWTH)
  if (part === undefined && !isLarge) return undefined
  const score = isLarge ? failing.separation(count, 0) : 0
  const what = part ?? 'headers'
  return {
    score: isSaid ? Math.max(part === undefined ? 0 : 0.88, score) : Math.min(MOST_UNSAID, score),
    key: what,
    cause: `the request’s ${what} ${what === 'headers' ? 'were' : 'was'} larger than the service takes`,
    evidence: [
      ...(isApart
        ? [
            `Passing: line and headers of up to ${bytes(most)}. Failing: from ${bytes(least)} on (${contrastWords(failing.contrast(count, 0))}).`,
          ]
        : [
            `It was answered ${quoted(signature)}, with line and headers of ${bytes(least)} to ${bytes(sizes.max ?? 0)}.`,
          ]),
      ...largestOf(failing, least),
    ],
    recommendation:
      what === 'address'
        ? 'Look at the address of a request that was kept: a query that grows from request to request?'
        : 'See what grows in the headers, cookies most of all: set fewer or smaller ones, let old ones expire, or raise the limit of the proxy.',
  }
}

/** Of limits each byte matters. */
function bytes(count: number): string {
  return `${grouped(count)} bytes`
}

/** The largest header of those that were kept; one that is masked has what the others leave. */
function largestOf({ exemplars }: Failing, least: number): string[] {
  const [example] = exemplars
  if (example === undefined) return []
  const { method, url, headers } = example.request
  const masked = headers.filter(([, value]) => value === REDACTED).map(([name]) => name)
  const lengths = headers
    .filter(([, value]) => value !== REDACTED)
    .map((header) => [header[0], lengthOf(header)] as const)
  const seen = lengths.reduce((sum, [, length]) => sum + length, method.length + url.length)
  const [name, length] = lengths.toSorted(([, a], [, b]) => b - a)[0] ?? ['', 0]
  if (masked.length > 0 && least - seen > Math.max(length, least / 2))
    return [`${masked.join(' and ')} took at least ${bytes(least - seen)} of it.`]
  return length > least / 2 ? [`${name} took ${bytes(length)} of it.`] : []
}

/** Of its line. */
function lengthOf([name, value]: readonly [string, string]): number {
  return name.length + value.length + ': \r\n'.length
}
