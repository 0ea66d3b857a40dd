import { METRIC_FIGURES, metricStatistic } from './metric-figure.ts'
import {
  type Figure,
  holds,
  isLeast,
  isTotal,
  type Operator,
  type RequestName,
  type Threshold,
} from './threshold.ts'
import { ThresholdError } from './threshold-error.ts'
import { type Token, tokensOf } from './tokens.ts'
import { parseLimit } from './limit.ts'

/**
 * Reads one condition or several, by comma: `rate>100/s, GET /students p99<200ms over 30s abort, all failures<1%`.
 * Each stands for itself. Behind one that names a request, the next names one, too, or `all`: otherwise some would read
 * it as of that request, and some as over all.
 *
 * Throws a `ThresholdError` that says what was expected, where, and what stood there.
 */
export function parseThresholds(source: string): Threshold[] {
  let request: RequestName | null = null
  return conditions(source).map((tokens) => {
    const threshold = parseCondition({ source, tokens }, request)
    request = threshold.request
    return threshold
  })
}

/** One condition, and the text that it stands in. */
interface Condition {
  readonly source: string
  readonly tokens: readonly Token[]
}

const EXAMPLE = 'a condition such as p99<200ms or failures<1%'
const REQUEST_AGAIN = 'a request or "all", since a request is named before,'
/** Beyond, something wrote them that did not mean them, and every second would be spent on them. */
export const MOST_CONDITIONS = 200

function conditions(source: string): Token[][] {
  const parts: Token[][] = [[]]
  for (const token of tokensOf(source)) {
    if (token.kind !== 'comma') parts.at(-1)!.push(token)
    else if (parts.at(-1)!.length === 0) throw new ThresholdError(source, EXAMPLE, token)
    else parts.push([])
  }
  if (parts.at(-1)!.length === 0) throw new ThresholdError(source, EXAMPLE)
  if (parts.length > MOST_CONDITIONS) {
    throw new ThresholdError(source, `at most ${MOST_CONDITIONS} conditions`, parts[MOST_CONDITIONS]![0])
  }
  return parts
}

function parseCondition({ source, tokens }: Condition, before: RequestName | null): Threshold {
  const { left, comparison, value, clauses } = partsOf({ source, tokens })
  const metric = parseMetric({ source, tokens: left })
  const { figure, rest } = metric ?? parseFigure({ source, tokens: left }, comparison)
  const named = parseRequest({ source, tokens: rest })
  if (named === undefined && before !== null && metric === undefined)
    throw new ThresholdError(source, REQUEST_AGAIN, tokens[0])
  const threshold = {
    expression: source.slice(tokens[0]!.at, tokens.at(-1)!.end),
    request: named ?? null,
    figure,
    operator: comparison.text as Operator,
    ...parseLimit(source, figure, value),
    ...parseClauses({ source, tokens: clauses }),
  }
  checkPossible(source, threshold, value[0])
  return threshold
}

/** `GET /students p99` `<` `200 ms` `over 10s abort`. */
function partsOf({ source, tokens }: Condition) {
  const middle = tokens.findIndex(({ kind }) => kind === 'operator')
  const comparison = tokens[middle]
  if (comparison === undefined) throw new ThresholdError(source, EXAMPLE, tokens[0])
  const right = tokens.slice(middle + 1)
  // Where a clause stands in the place of the limit, it is told as what came instead.
  const clause = right.findIndex((token, index) => index > 0 && isClause(token))
  const end = clause === -1 ? right.length : clause
  return { left: tokens.slice(0, middle), comparison, value: right.slice(0, end), clauses: right.slice(end) }
}

const STATISTICS = ['average', 'min', 'max'] as const
const COUNTS = ['failures', 'requests', 'rate'] as const
const FIGURES = 'one of p50 … p99.9, median, average, min, max, failures, requests, rate'

/** The figure is the last word before the comparison; `service` may stand before it, and a request before that. */
function parseFigure({ source, tokens }: Condition, comparison: Token): { figure: Figure; rest: Token[] } {
  const last = tokens.at(-1)
  if (last?.kind !== 'word') throw new ThresholdError(source, FIGURES, last ?? comparison)
  const [service] = tokens.slice(-2, -1)
  const isService = service?.kind === 'word' && service.text === 'service'
  const figure = figureNamed(last.text, isService)
  if (figure !== undefined) return { figure, rest: tokens.slice(0, isService ? -2 : -1) }
  throw new ThresholdError(
    source,
    isService ? 'a time, such as p99 or average, after service' : FIGURES,
    last,
  )
}

function figureNamed(word: string, isService: boolean): Figure | undefined {
  const name = isService ? `service ${word}` : word
  const time = isService ? 'service' : 'response'
  const count = COUNTS.find((kind) => kind === word)
  if (count !== undefined) return isService ? undefined : { name, kind: count }
  const kind = STATISTICS.find((statistic) => statistic === word)
  if (kind !== undefined) return { name, kind, time }
  const percent = word === 'median' ? 50 : percentile(word)
  return percent === undefined ? undefined : { name, kind: 'percentile', quantile: percent / 100, time }
}

function percentile(word: string): number | undefined {
  const [, digits] = /^p(\d{1,3}(?:\.\d{1,6})?)$/.exec(word) ?? []
  const percent = Number(digits)
  return percent > 0 && percent <= 100 ? percent : undefined
}

/** `metric orders sum`; `undefined` where it is of requests. One request may be named `metric`. */
function parseMetric({ source, tokens }: Condition): { figure: Figure; rest: Token[] } | undefined {
  const [word, metric, last] = tokens
  if (word?.text !== 'metric' || word.kind !== 'word' || metric === undefined || last === undefined)
    return undefined
  if (tokens.length > 3) throw new ThresholdError(source, 'quotes around a name that holds spaces', metric)
  const name = `metric ${metric.text} ${last.text}`
  const percent = last.text === 'median' ? 50 : percentile(last.text)
  const statistic =
    percent === undefined
      ? metricStatistic(last.text)
      : ({ of: 'percentile', quantile: percent / 100 } as const)
  if (statistic === undefined) throw new ThresholdError(source, METRIC_FIGURES, last)
  return { figure: { name, kind: 'metric', metric: metric.text, statistic }, rest: [] }
}

const METHOD = /^[A-Z][A-Z-]*$/

/** `undefined` where nothing is said of it, `null` for `all`. */
function parseRequest({ source, tokens }: Condition): RequestName | null | undefined {
  const [first, second, third] = tokens
  if (first === undefined) return undefined
  if (third !== undefined) throw new ThresholdError(source, 'quotes around a name that holds spaces', first)
  if (second === undefined) return parseName({ source, tokens: [first] })
  if (first.kind === 'word' && METHOD.test(first.text)) return { method: first.text, name: second.text }
  throw new ThresholdError(source, 'a method such as GET, or quotes around the whole name,', first)
}

function parseName({ source, tokens: [token] }: Condition): RequestName | null {
  const { kind, text } = token!
  if (kind === 'word' && text === 'all') return null
  if (kind === 'word' && METHOD.test(text)) {
    throw new ThresholdError(source, `a name behind the method, such as ${text} /students,`, token)
  }
  return { method: null, name: text }
}

const LONGEST_WINDOW_SECONDS = 600
const CLAUSES = '"over 10s", "abort" or a comma'

function isClause({ kind, text }: Token): boolean {
  return kind === 'word' && (text === 'over' || text === 'abort')
}

function parseClauses({ source, tokens }: Condition): Pick<Threshold, 'windowSeconds' | 'abort'> {
  let [windowSeconds, abort]: [number | null, boolean] = [null, false]
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!
    if (token.text === 'abort' && !abort) abort = true
    else if (token.text === 'over' && windowSeconds === null) windowSeconds = parseWindow(source, tokens[++i])
    else throw new ThresholdError(source, CLAUSES, token)
  }
  return { windowSeconds, abort }
}

function parseWindow(source: string, token: Token | undefined): number {
  const [, amount, unit] = /^(\d{1,9})(s|m)$/.exec(token?.text ?? '') ?? []
  const seconds = Number(amount) * (unit === 'm' ? 60 : 1)
  if (seconds >= 1 && seconds <= LONGEST_WINDOW_SECONDS) return seconds
  throw new ThresholdError(source, 'a window of whole seconds from 1s to 10m', token)
}

/** What can never hold, or never be told in time, was not meant. */
function checkPossible(
  source: string,
  threshold: Omit<Threshold, 'expression'>,
  limit: Token | undefined,
): void {
  const { figure, windowSeconds, abort } = threshold
  if (figure.kind === 'metric' && windowSeconds !== null)
    throw new ThresholdError(source, 'no window: metrics are judged over the whole run,', limit)
  const best = isLeast(threshold) ? (threshold.unit === '%' ? 100 : Infinity) : 0
  if (!holds(threshold, best) && !mayBeNegative(figure))
    throw new ThresholdError(source, 'a limit that can be kept to', limit)
  if (abort && windowSeconds === null && isLeast(threshold) && isTotal(figure)) {
    const instead = figure.kind === 'metric' ? 'no abort' : 'a window, such as "over 10s"'
    throw new ThresholdError(source, `${instead}: so many are only there at the end,`, limit)
  }
}

/** A gauge. */
function mayBeNegative(figure: Figure): boolean {
  return figure.kind === 'metric' && ['last', 'min', 'max'].includes(figure.statistic.of)
}
