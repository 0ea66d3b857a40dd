import type { RunRecord } from '../../run/record.ts'
import type { Finding } from '../finding.ts'
import { fit, type Point } from '../line.ts'
import { duration, grouped, requestWords, share, size } from '../words.ts'
import { type RequestSecond, secondsByRequest, wholeSeconds } from './seconds.ts'

const LEAST_SECONDS = 5
const LEAST_GROWTH = 1.3
const STRAIGHT = 0.9

/** Answers that grow with the data: what a run says of them holds for as many rows as it had. */
export function growth(record: RunRecord): Finding[] {
  const gets = record.requests.filter(({ method }) => method === 'GET')
  const rows = rowsBySecond(record)
  const byRequest = secondsByRequest(record)
  return gets.flatMap((request) => {
    const seconds = secondsOf(byRequest.get(`GET ${request.name}`) ?? [], rows)
    const found = growthOf(request, seconds, record.generator.verdict === 'void')
    return found === undefined ? [] : [found]
  })
}

function growthOf(
  request: { method: string; name: string; count: number },
  seconds: readonly GrowthSecond[],
  isVoid: boolean,
): Finding | undefined {
  if (seconds.length < LEAST_SECONDS || !seconds.some(({ rows }) => rows > 0)) return undefined
  const bytes = fit(seconds.map(({ rows, bytes: y, count }) => ({ x: rows, y, weight: count })))
  const [first, last] = [seconds[0]!, seconds.at(-1)!]
  if (
    bytes === undefined ||
    bytes.r2 < STRAIGHT ||
    bytes.slope < 1 ||
    last.bytes < first.bytes * LEAST_GROWTH
  )
    return undefined
  const what = requestWords(request)
  const perRow = size(Math.round(bytes.slope))
  return {
    id: 'growing-answer',
    severity: 'warning',
    title: `The answer of ${what} grows by ${perRow} with each row; its times hold for ${grouped(Math.round(last.rows))} rows only.`,
    certainty: 'certain',
    evidence: [
      `From ${size(first.bytes)} to ${size(last.bytes)} while ${grouped(Math.round(last.rows - first.rows))} POSTs succeeded: a straight line explains ${share(bytes.r2, 1)} of it.`,
      ...(isVoid ? [ONLY_SIZES] : costEvidence(seconds)),
    ],
    rivals: [],
    recommendation: 'Answer in pages with a limit, and measure with as many rows as the service will have.',
  }
}

const ONLY_SIZES = 'The run is void, so its sizes and counts tell this, and its times nothing.'

interface GrowthSecond {
  /** Created in this run until then. */
  readonly rows: number
  readonly bytes: number
  readonly medianMs: number
  readonly count: number
}

/** In the middle of each second, what was created in this run until then. */
function rowsBySecond(record: RunRecord): ReadonlyMap<number, number> {
  let rows = 0
  return new Map(
    wholeSeconds(record).map(({ second, requests }) => {
      const created = requests.reduce(
        (sum, each) => sum + (each.method === 'POST' ? each.count - each.failures : 0),
        0,
      )
      rows += created
      return [second, rows - created / 2]
    }),
  )
}

function secondsOf(seconds: readonly RequestSecond[], rows: ReadonlyMap<number, number>): GrowthSecond[] {
  return seconds.flatMap(({ second: { second }, request }) => {
    const { averageBytes: bytes, medianMs, failures, count } = request
    if (bytes === null || medianMs === null || failures > 0) return []
    return [{ rows: rows.get(second)!, bytes, medianMs, count }]
  })
}

function costEvidence(seconds: readonly GrowthSecond[]): string[] {
  const points: Point[] = seconds.map(({ rows, medianMs, count }) => ({
    x: rows,
    y: medianMs,
    weight: count,
  }))
  const cost = fit(points)
  if (cost === undefined || cost.r2 < 0.5 || cost.slope <= 0) return []
  const rise = cost.slope * (seconds.at(-1)!.rows - seconds[0]!.rows)
  if (rise < 0.2 * cost.at(seconds[0]!.rows)) return []
  return [`Its median time rose with it, by some ${duration(1000 * cost.slope)} per thousand rows.`]
}
