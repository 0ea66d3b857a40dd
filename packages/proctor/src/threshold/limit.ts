import type { Figure, Unit } from './threshold.ts'
import { ThresholdError } from './threshold-error.ts'
import type { Token } from './tokens.ts'

/** What a limit may be written in, the unit it is kept in, and how many of that one makes. */
type Units = ReadonlyMap<string, readonly [Unit, number]>

interface Expectation {
  readonly expected: string
  readonly units: Units
}

const TIME: Expectation = {
  expected: 'a duration such as 200ms, 1.5s or 500us',
  units: new Map([
    ['us', ['ms', 0.001]],
    ['µs', ['ms', 0.001]],
    ['ms', ['ms', 1]],
    ['s', ['ms', 1000]],
  ]),
}

const METRIC_RATE: Expectation = {
  expected: 'so much a second, such as 100/s',
  units: new Map([['/s', ['/s', 1]]]),
}
const SHARE: Expectation = { expected: 'a share such as 95%', units: new Map([['%', ['%', 1]]]) }
const NUMBER: Expectation = { expected: 'a number', units: new Map([['', ['', 1]]]) }

const COUNTS: Record<'failures' | 'requests' | 'rate', Expectation> = {
  failures: {
    expected: 'a share such as 1%, or a whole number',
    units: new Map([
      ['%', ['%', 1]],
      ['', ['', 1]],
    ]),
  },
  requests: { expected: 'a whole number', units: new Map([['', ['', 1]]]) },
  rate: { expected: 'requests a second such as 100/s', units: new Map([['/s', ['/s', 1]]]) },
}

/** The words behind the comparison: `200ms`, `200 ms`, `1 %`. */
export function parseLimit(
  source: string,
  figure: Figure,
  words: readonly Token[],
): { limit: number; unit: Unit } {
  const { expected, units } = expectationOf(figure)
  const operator = words.findIndex(({ kind }) => kind === 'operator')
  if (operator > 0) throw new ThresholdError(source, 'a comma between two conditions', words[operator - 1])
  const [, digits, written = ''] =
    /^(\d{1,15}(?:\.\d{1,9})?)(\D*)$/.exec(words.map(({ text }) => text).join('')) ?? []
  const [unit, factor] = units.get(written) ?? []
  if (digits === undefined || unit === undefined || factor === undefined || !mayBe(figure, unit, digits)) {
    throw new ThresholdError(source, expected, got(words))
  }
  // To the nanosecond: 32.3 s is 32299.999999999996 ms otherwise.
  const limit = Math.round(Number(digits) * factor * 1e6) / 1e6
  if (unit === '%' && limit > 100) throw new ThresholdError(source, 'a share of at most 100%', words[0])
  return { limit, unit }
}

function expectationOf(figure: Figure): Expectation {
  if ('time' in figure) return TIME
  if (figure.kind !== 'metric') return COUNTS[figure.kind]
  const { of } = figure.statistic
  return of === 'rate' ? METRIC_RATE : of === 'share' ? SHARE : NUMBER
}

/** Requests are whole. */
function mayBe(figure: Figure, unit: Unit, digits: string): boolean {
  return unit !== '' || figure.kind === 'metric' || !digits.includes('.')
}

function got(words: readonly Token[]): { text: string; at: number } | undefined {
  const [first] = words
  return first === undefined ? undefined : { text: words.map(({ text }) => text).join(' '), at: first.at }
}
