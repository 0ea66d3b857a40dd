import { parseArgs } from 'node:util'
import { BenchmarkFailure } from './failure.ts'

export interface CostOptions {
  readonly pairs: number
  readonly seconds: number
  readonly jsonFile: string | undefined
  /** wrk against itself: what the ratio reads when there is nothing to find. */
  readonly nullTest: boolean
}

export const usage = `node benchmarks/cost.ts [--pairs 9] [--seconds 8] [--json-file FILE] [--null]
  --pairs N         interleaved pairs of runs (9)
  --seconds S       length of a run; all but the first 2 s and the last 0.5 s are measured (8)
  --json-file FILE  every measurement, as JSON
  --null            wrk against itself: how far the ratio strays from 1 on this machine`

/** undefined: the reader asked for help. */
export function parseCostOptions(argv: readonly string[]): CostOptions | undefined {
  const { values } = parsed(argv)
  if (values.help) return undefined
  return {
    pairs: wholeNumber('--pairs', values.pairs, 1),
    seconds: wholeNumber('--seconds', values.seconds, 4),
    jsonFile: values['json-file'],
    nullTest: values.null,
  }
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        pairs: { type: 'string', default: '9' },
        seconds: { type: 'string', default: '8' },
        'json-file': { type: 'string' },
        null: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    })
  } catch (error) {
    throw new BenchmarkFailure(
      'cannotRun',
      `${error instanceof Error ? error.message : String(error)}\n${usage}`,
    )
  }
}

function wholeNumber(flag: string, text: string, least: number): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= least) return number
  throw new BenchmarkFailure('cannotRun', `${flag} is a whole number from ${least} on, not ${text}\n${usage}`)
}
