import type { RunRecord } from '../../run/record.ts'
import type { Finding } from '../finding.ts'
import { fit } from '../line.ts'
import { duration, number, requestWords, share } from '../words.ts'
import { type RequestSecond, secondsByRequest } from './seconds.ts'

/** Median times of one request by second. */
type Series = readonly { readonly second: number; readonly medianMs: number; readonly count: number }[]

const LEAST_SECONDS = 8
/** A change by less than this is not worth a word. */
const FACTOR = 1.5
const LEAST_MS = 0.5

/** More points tell no more of a trend, and cost their square. */
const MOST_POINTS = 600

/** Times that change in the course of a run: figures over all of it then describe none of it. */
export function trend(record: RunRecord): Finding[] {
  const seconds = secondsByRequest(record)
  const users = record.timeline.reduce((most, second) => Math.max(most, second.users), 0)
  // Before all users are at work times may change with their number.
  const least = record.load.kind === 'open' ? 0 : 0.9 * users
  return record.requests.flatMap((request) => {
    const series = seriesOf(seconds.get(`${request.method} ${request.name}`) ?? [], least)
    if (series.length < LEAST_SECONDS) return []
    const what = requestWords(request)
    const found = warmUp(series, what) ?? step(series, what) ?? drift(series, what) ?? cycle(series, what)
    return found === undefined ? [] : [found]
  })
}

function seriesOf(seconds: readonly RequestSecond[], leastUsers: number): Series {
  const series = seconds.flatMap(({ second: { second, users }, request: { medianMs, count } }) =>
    medianMs === null || count < 3 || users < leastUsers ? [] : [{ second, medianMs, count }],
  )
  const together = Math.ceil(series.length / MOST_POINTS)
  return together <= 1 ? series : coarse(series, together)
}

/** So many seconds are one point, in its middle time. */
function coarse(series: Series, together: number): Series {
  return Array.from({ length: Math.ceil(series.length / together) }, (_, at) => {
    const part = series.slice(at * together, (at + 1) * together)
    const count = part.reduce((sum, each) => sum + each.count, 0)
    return { second: part[0]!.second, medianMs: middle(part), count }
  })
}

function finding(id: string, title: string, evidence: string[], recommendation: string): Finding {
  return { id, severity: 'warning', title, certainty: 'likely', evidence, rivals: [], recommendation }
}

function middle(series: Series): number {
  const sorted = series.map(({ medianMs }) => medianMs).toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

function isMore(one: number, other: number): boolean {
  return one > FACTOR * other && one > other + LEAST_MS
}

function warmUp(series: Series, what: string): Finding | undefined {
  const rest = series.slice(Math.ceil(series.length / 3))
  const usual = middle(rest)
  const most = rest.reduce((max, { medianMs }) => Math.max(max, medianMs), 0)
  const end = series.findIndex(({ medianMs }) => !isMore(medianMs, Math.max(usual, most * 0.9)))
  if (end <= 0 || end > series.length / 3) return undefined
  return finding(
    'warm-up-included',
    `${what} was slower in the first ${series[end]!.second - series[0]!.second} s, and these are in the figures.`,
    [`At the median ${duration(middle(series.slice(0, end)))} then, ${duration(usual)} later.`],
    'Leave the warm-up out: run longer, and judge by windows, as in --threshold "p99<200ms over 30s".',
  )
}

/** Where before and after differ most, and hardly change beside. */
function step(series: Series, what: string): Finding | undefined {
  const at = bestCut(series)
  if (at === undefined) return undefined
  const [first, last] = [series.slice(0, at), series.slice(at)]
  const best = { at, before: middle(first), after: middle(last), error: error(first) + error(last) }
  if (best.error > 0.15 * error(series)) return undefined
  if (!isMore(best.after, best.before) && !isMore(best.before, best.after)) return undefined
  const { second } = series[best.at]!
  return finding(
    'step',
    `${what} changed at ${second} s, from ${duration(best.before)} to ${duration(best.after)} at the median.`,
    [
      `Before and after it was steady: the step accounts for ${share(1 - best.error / error(series), 1)} of all change.`,
    ],
    'Judge both parts for themselves, and look at what happened to the service then.',
  )
}

/** The cut of least squares: where the means of both sides lie the furthest apart, weighed by their lengths. */
function bestCut(series: Series): number | undefined {
  const whole = series.reduce((sum, { medianMs }) => sum + medianMs, 0)
  let [best, most, before] = [undefined as number | undefined, -1, 0]
  for (const [index, { medianMs }] of series.entries()) {
    before += medianMs
    const at = index + 1
    if (at < 3 || at >= series.length - 2) continue
    const between = before ** 2 / at + (whole - before) ** 2 / (series.length - at)
    if (between > most) [best, most] = [at, between]
  }
  return best
}

function error(series: Series): number {
  const usual = middle(series)
  return series.reduce((sum, { medianMs }) => sum + (medianMs - usual) ** 2, 0)
}

function drift(series: Series, what: string): Finding | undefined {
  const line = fit(series.map(({ second, medianMs, count }) => ({ x: second, y: medianMs, weight: count })))
  if (line === undefined || line.r2 < 0.6) return undefined
  const [from, to] = [series[0]!.second, series.at(-1)!.second].map((second) => Math.max(0, line.at(second)))
  if (!isMore(to!, from!)) return undefined
  return finding(
    'drift',
    `${what} became slower as the run went on: from ${duration(from!)} to ${duration(to!)} at the median.`,
    [
      `A straight line over ${series.at(-1)!.second - series[0]!.second + 1} s explains ${share(line.r2, 1)} of the change; it has not ended with the run.`,
    ],
    'Run longer to see where it ends: data that grows, a leak, or a queue that fills.',
  )
}

/** A wave that comes again: how like itself the series is so many seconds later. */
function cycle(series: Series, what: string): Finding | undefined {
  if (series.length < 20) return undefined
  const usual = series.reduce((sum, { medianMs }) => sum + medianMs, 0) / series.length
  const waves = series.map(({ medianMs }) => medianMs - usual)
  const power = waves.reduce((sum, wave) => sum + wave * wave, 0)
  const top = waves.reduce((max, wave) => Math.max(max, wave), 0) + usual
  const lags = Array.from({ length: Math.floor(series.length / 3) - 2 }, (_, i) => i + 3)
  const alike = lags.map((lag) => {
    const sum = waves.slice(lag).reduce((all, wave, i) => all + wave * waves[i]!, 0)
    return { lag, r: (sum / power) * (series.length / (series.length - lag)) }
  })
  const best = alike.toSorted((a, b) => b.r - a.r)[0]
  const apart = (series.at(-1)!.second - series[0]!.second) / (series.length - 1)
  if (best === undefined || !(best.r > 0.6) || !isMore(top, middle(series))) return undefined
  return finding(
    'cycle',
    `${what} is slow again and again, every ${Math.round(best.lag * apart)} s or so.`,
    [
      `Up to ${duration(top)} at the median, else ${duration(middle(series))}; it resembles itself ${Math.round(best.lag * apart)} s later (r = ${number(best.r)}).`,
    ],
    'Look for what runs that often in or beside the service: garbage collection, checkpoints, a job, a cache that expires.',
  )
}
