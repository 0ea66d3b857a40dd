import { randomInt } from 'node:crypto'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { Plan } from '../engine/plan.ts'
import { Origin } from '../http/origin.ts'
import { PROCTOR_VERSION } from '../run/environment.ts'
import { parseThresholds } from '../threshold/parse-thresholds.ts'
import type { Threshold } from '../threshold/threshold.ts'
import { UsageError } from './usage-error.ts'
import {
  parseDuration,
  parsePositiveDuration,
  parseSeed,
  parseShare,
  parseSpawnRate,
  parseUsers,
} from './values.ts'

/** The flags of `proctor run`, as typed and parsed. */
export interface RunFlags {
  file?: string
  host?: string
  users: number
  spawnRate: number
  runTime?: number
  seed?: number
  threshold?: Threshold[]
  stopTimeout: number
  requestTimeout: number
  json?: true
  jsonFile?: string
  /** Commander's form of `--no-trace`. */
  trace: boolean
  traceSample: number
}

export function declareRunFlags(command: Command): Command {
  return command
    .argument('[scenario]', 'scenario file, TypeScript or JavaScript')
    .optionsGroup('What to test:')
    .option('-H, --host <url>', 'base URL of the service, such as http://127.0.0.1:5000')
    .option('-f, --file <file>', 'scenario file, for those used to Locust')
    .optionsGroup('Load:')
    .addOption(flag('-u, --users <number>', 'users at work at the peak', parseUsers).default(1))
    .addOption(flag('-r, --spawn-rate <rate>', 'users started per second', parseSpawnRate).default(1))
    .addOption(
      flag(
        '-t, --run-time <duration>',
        'how long to run, the ramp included: 60s, 5m, 1h30m; until Ctrl-C unless given',
        parsePositiveDuration,
      ),
    )
    .addOption(
      flag(
        '--stop-timeout <duration>',
        'how long requests under way are waited for at the end',
        parseDuration,
      ).default(10_000, '10s'),
    )
    .addOption(flag('--seed <number>', 'repeat the random choices of a run, which told its seed', parseSeed))
    .optionsGroup('Requests:')
    .addOption(
      flag('--request-timeout <duration>', 'how long one request may take', parsePositiveDuration).default(
        60_000,
        '60s',
      ),
    )
    .addOption(
      flag(
        '--trace-sample <share>',
        'share of requests whose trace the service is asked to keep',
        parseShare,
      ).default(0.01, '1%'),
    )
    .option('--no-trace', 'send neither traceparent nor X-Request-Id')
    .optionsGroup('Verdict:')
    .addOption(thresholdFlag())
    .optionsGroup('Report:')
    .option('--json', 'print the report as JSON to standard output, all else to standard error')
    .option('--json-file <file>', 'write the report as JSON to a file')
    .helpOption('-h, --help', 'show this help')
}

/** A flag whose value is parsed; what does not parse is told with the flag's name. */
function flag<T>(flags: string, description: string, parse: (text: string) => T): Option {
  const option = new Option(flags, description)
  return option.argParser((text: string) => naming(`--${option.name()}`, () => parse(text)))
}

function thresholdFlag(): Option {
  const about = "what has to hold for exit code 0, such as 'p99<200ms'; may be given again"
  return new Option('--threshold <condition>', about).argParser((text: string, before?: Threshold[]) => [
    ...(before ?? []),
    ...naming('--threshold', () => parseThresholds(text)),
  ])
}

/** Parses the rest; what the flags leave open is decided here, and never again. */
export function toPlan(cwd: string, scenario: string | undefined, flags: RunFlags): Plan {
  return {
    scenario: resolve(cwd, scenarioFile(scenario, flags.file)),
    host: checkedHost(flags.host),
    load: {
      kind: 'closed',
      users: flags.users,
      spawnRate: flags.spawnRate,
      durationMs: flags.runTime ?? null,
    },
    seed: flags.seed ?? randomInt(2 ** 32),
    userAgent: `proctor/${PROCTOR_VERSION}`,
    stopTimeoutMs: flags.stopTimeout,
    requestTimeoutMs: flags.requestTimeout,
    traceSampledShare: flags.trace ? flags.traceSample : null,
    thresholds: flags.threshold ?? [],
  }
}

function scenarioFile(argument: string | undefined, flagged: string | undefined): string {
  if (argument !== undefined && flagged !== undefined) {
    throw new UsageError(`expected one scenario file, got ${argument} and -f ${flagged}`)
  }
  const file = argument ?? flagged
  if (file !== undefined && file !== '') return file
  throw new UsageError('expected a scenario file: proctor run my-test.ts -H http://127.0.0.1:5000')
}

function checkedHost(host: string | undefined): string {
  if (host === undefined) throw new UsageError('expected the service to aim at: -H http://127.0.0.1:5000')
  const { origin, basePath } = naming('--host', () => new Origin(host))
  return origin + basePath
}

function naming<T>(name: string, parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    throw new UsageError(`${name}: ${(cause as Error).message}`, { cause })
  }
}
