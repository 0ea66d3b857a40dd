import type { RunRecord } from '../../run/record.ts'
import type { Finding } from '../finding.ts'
import { fit } from '../line.ts'
import { duration, number, requestWords, share } from '../words.ts'
import { isMore, middleOf, type Series, seriesOf, unansweredAfter } from './series.ts'
import { slowStretch } from './slow-stretch.ts'

const LEAST_SECONDS = 8

/** Times that change in the course of a run: figures over all of it then describe none of it. */
export function trend(record: RunRecord): Finding[] {
  return record.requests.flatMap((request) => {
    const series = seriesOf(record, request)
    if (series.length < LEAST_SECONDS) return []
    const what = requestWords(request)
    const found =
      warmUp(series, what) ??
      step(series, what) ??
      rise(series, what, unansweredAfter(record, request)) ??
      drift(series, what) ??
      slowFor(series, what) ??
      cycle(series, what)
    return found === undefined ? [] : [found]
  })
}

function finding(id: string, title: string, evidence: string[], recommendation: string): Finding {
  return { id, severity: 'warning', title, certainty: 'likely', evidence, rivals: [], recommendation }
}

function warmUp(series: Series, what: string): Finding | undefined {
  const rest = series.slice(Math.ceil(series.length / 3))
  const usual = middleOf(rest)
  const most = rest.reduce((max, { medianMs }) => Math.max(max, medianMs), 0)
  const end = series.findIndex(({ medianMs }) => !isMore(medianMs, Math.max(usual, most * 0.9)))
  if (end <= 0 || end > series.length / 3) return undefined
  return finding(
    'warm-up-included',
    `${what} was slower in the first ${series[end]!.second - series[0]!.second} s, and these are in the figures.`,
    [`At the median ${duration(middleOf(series.slice(0, end)))} then, ${duration(usual)} later.`],
    'Leave the warm-up out: run longer, and judge by windows, as in --threshold "p99<200ms over 30s".',
  )
}

/** Where before and after differ most, and hardly change beside. */
function step(series: Series, what: string): Finding | undefined {
  const at = bestCut(series)
  if (at === undefined) return undefined
  const [first, last] = [series.slice(0, at), series.slice(at)]
  const best = { at, before: middleOf(first), after: middleOf(last), error: error(first) + error(last) }
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
  const usual = middleOf(series)
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

/** Slower by and by, and then no more: it recovered, or went away. What lasts until the end of the load is a drift. */
function rise(series: Series, what: string, unanswered: (second: number) => number): Finding | undefined {
  const stretch = slowStretch(series)
  if (stretch === undefined || !stretch.isRise) return undefined
  const { from, to, beforeMs, peakMs, peakAt, afterMs } = stretch
  const silent = unanswered(to)
  if (afterMs === undefined && silent === 0) return undefined
  const gone = `then hardly any was answered${afterMs === undefined ? '' : ` for ${silent} s`}`
  return finding(
    'slowing',
    `${what} became slower and slower: its median rose from ${duration(beforeMs)} to ${duration(peakMs)} from ${from} s to ${peakAt} s, ${silent > 0 ? gone : `then it was ${duration(afterMs!)}`}.`,
    ['It rose over several seconds, not at once.'],
    'Look at what the service ran short of in that time: memory, connections, threads, a queue that filled.',
  )
}

/** Slow for some seconds, and as before afterwards. */
function slowFor(series: Series, what: string): Finding | undefined {
  const stretch = slowStretch(series)
  if (stretch?.afterMs === undefined) return undefined
  const { from, to, beforeMs, middleMs, afterMs } = stretch
  if (isMore(afterMs, beforeMs) || isMore(beforeMs, afterMs)) return undefined
  return finding(
    'slow-for-a-while',
    `${what} was slow from ${from} s to ${to + 1} s: ${duration(middleMs)} at the median, ${duration(beforeMs)} before and ${duration(afterMs)} after.`,
    [],
    'Look at the service’s log of that time: a pause, a job that ran then, a dependency that was slow.',
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
  if (best === undefined || !(best.r > 0.6) || !isMore(top, middleOf(series))) return undefined
  return finding(
    'cycle',
    `${what} is slow again and again, every ${Math.round(best.lag * apart)} s or so.`,
    [
      `Up to ${duration(top)} at the median, else ${duration(middleOf(series))}; it resembles itself ${Math.round(best.lag * apart)} s later (r = ${number(best.r)}).`,
    ],
    'Look for what runs that often in or beside the service: garbage collection, checkpoints, a job, a cache that expires.',
  )
}
