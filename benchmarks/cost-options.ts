import { parseArgs } from 'node:util'
import { takesPart } from './contestant.ts'
import { contestants } from './contestants.ts'
import { BenchmarkFailure } from './failure.ts'
import { type LoadCase, loadCases } from './load-case.ts'

export interface CostOptions {
  readonly pairs: number
  readonly seconds: number
  readonly cases: readonly LoadCase[]
  /** Names of `contestants`, those that the others are compared with first. */
  readonly names: readonly string[]
  readonly jsonFile: string | undefined
  /** wrk against itself: what the ratio reads when there is nothing to find. */
  readonly nullTest: boolean
}

const allNames = Object.keys(contestants)
const allCases = loadCases.map(({ name }) => name)
const limitedCases = loadCases.filter(({ limits }) => limits !== undefined).map(({ name }) => name)

export const usage = `node benchmarks/cost.ts [--case CASE]… [--contestant NAME]… [--peers] [--pairs 9] [--seconds 8]
  --case CASE        ${allCases.join(', ')}; several may be given (all but http2)
  --contestant NAME  ${allNames.join(', ')};
                     several may be given; wrk always runs, and over HTTP/2 h2load (proctor)
  --peers            all contestants but proctor-bare; those that are not here are said and left out
  --pairs N          interleaved pairs of runs (9)
  --seconds S        length of a run; all but the first 2 s and the last 0.5 s are measured (8; with --peers 4).
                     What compiles nothing while it runs begins a second later
  --json-file FILE   every measurement, as JSON
  --null             wrk against itself: how far the ratio strays from 1 on this machine`

/** undefined: the reader asked for help. */
export function parseCostOptions(argv: readonly string[]): CostOptions | undefined {
  const { values } = parsed(argv)
  if (values.help) return undefined
  const cases = known('--case', values.case, allCases).map((name) => loadCases[allCases.indexOf(name)]!)
  const chosen = values.peers ? peersIn(cases) : values.contestant
  return {
    pairs: wholeNumber('--pairs', values.pairs, 1),
    seconds: wholeNumber('--seconds', values.seconds ?? (values.peers ? '4' : '8'), 4),
    cases,
    names: [...new Set([...cases.map(baselineOf), ...known('--contestant', chosen, allNames)])],
    jsonFile: values['json-file'],
    nullTest: values.null,
  }
}

function peersIn(cases: readonly LoadCase[]): string[] {
  const others = allNames.filter((name) => name !== 'proctor-bare')
  return others.filter((name) => cases.some((loadCase) => takesPart(contestants[name]!, loadCase)))
}

function baselineOf({ isHttp2 }: LoadCase): string {
  return isHttp2 === true ? 'h2load' : 'wrk'
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        case: { type: 'string', multiple: true, default: limitedCases },
        contestant: { type: 'string', multiple: true, default: ['proctor'] },
        peers: { type: 'boolean', default: false },
        pairs: { type: 'string', default: '9' },
        seconds: { type: 'string' },
        'json-file': { type: 'string' },
        null: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    })
  } catch (error) {
    throw wrongUsage(error instanceof Error ? error.message : String(error))
  }
}

function known<Name extends string>(flag: string, given: readonly string[], names: readonly Name[]): Name[] {
  return given.map((text) => {
    const name = names.find((candidate) => candidate === text)
    if (name === undefined) throw wrongUsage(`${flag} is one of ${names.join(', ')}, not ${text}`)
    return name
  })
}

function wholeNumber(flag: string, text: string, least: number): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= least) return number
  throw wrongUsage(`${flag} is a whole number from ${least} on, not ${text}`)
}

function wrongUsage(complaint: string): BenchmarkFailure {
  return new BenchmarkFailure('cannotRun', `${complaint}\n${usage}`)
}
