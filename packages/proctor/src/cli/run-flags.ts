import { randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { ArgumentValue } from '../scenario/arguments.ts'
import { type KeptBodies, type Load, mostAtWork, type Plan } from '../engine/plan.ts'
import { HISTORY_FOLDER, KEPT_RUNS } from '../history/history.ts'
import { Origin } from '../http/origin.ts'
import { PROCTOR_VERSION } from '../run/environment.ts'
import type { Stage } from '../shape/profile.ts'
import { parseThresholds } from '../threshold/parse-thresholds.ts'
import type { Threshold } from '../threshold/threshold.ts'
import { declareTlsFlags, type TlsFlags, toTls } from './tls-flags.ts'
import { UsageError } from './usage-error.ts'
import {
  type Arrivals,
  type MaxUsers,
  parseAddresses,
  parseArrivals,
  parseCount,
  parseDuration,
  parseMaxUsers,
  parsePositiveDuration,
  parseSeed,
  parseShare,
  parseSpawnRate,
  parseStages,
  parseThreads,
  parseUsers,
  parseWeight,
} from './values.ts'

/** Flags that say what a run is, as typed and parsed. */
export interface RunFlags extends TlsFlags {
  file?: string
  /** Those that the scenario declares, by name. */
  scenarioArguments?: Readonly<Record<string, ArgumentValue>>
  list?: true
  once?: true
  tags?: string[]
  excludeTags?: string[]
  weight?: Record<string, number>
  host?: string
  users?: number
  spawnRate?: number
  stages?: Stage[]
  arrivals?: Arrivals
  maxUsers?: MaxUsers
  iterations?: number
  runTime?: number
  threads: number
  seed?: number
  threshold?: Threshold[]
  stopTimeout: number
  requestTimeout: number
  /** Folder of the kept runs; `false` for `--no-history`. */
  history: string | false
  keepRuns: number
  redact?: string[]
  keepBodies: KeptBodies
  /** Commander's form of `--no-evidence`. */
  evidence: boolean
  /** Commander's form of `--no-trace`. */
  trace: boolean
  traceSample: number
  http2?: true
  localAddress?: string[]
}

/** Where the report of `proctor run` goes. */
export interface ReportFlags {
  json?: true
  jsonFile?: string
  html?: string
  csv?: string
  junit?: string
}

export function declareRunFlags(command: Command): Command {
  return declareOutcomeFlags(declareTlsFlags(declareLoadFlags(command)))
}

function declareLoadFlags(command: Command): Command {
  return command
    .argument('[scenario]', 'scenario file, TypeScript or JavaScript')
    .argument('[classes...]', 'user classes of it to run; all unless given')
    .optionsGroup('What to test:')
    .option('-H, --host <url>', 'base URL of the service, such as http://127.0.0.1:5000')
    .option('-f, --file <file>', 'scenario file, for those used to Locust')
    .option('--list', 'show users, tasks and how often each is done, and run nothing')
    .option('--once', 'do each task once and show every request and answer, whole')
    .option('-T, --tags <tag...>', 'only tasks with one of these tags, or in a task set with one')
    .option('-E, --exclude-tags <tag...>', 'no task with one of these tags')
    .addOption(weightFlag())
    .optionsGroup('Load:')
    .addOption(flag('-u, --users <number>', 'users at work at the peak (default: 1)', parseUsers))
    .addOption(flag('-r, --spawn-rate <rate>', 'users started per second (default: 1)', parseSpawnRate))
    .addOption(
      flag(
        '--stages <stages>',
        'users over time, or arrivals with --arrivals: 30s:100,5m:100,5m30s:0',
        parseStages,
      ),
    )
    .addOption(
      flag(
        '--arrivals <rate>',
        'an open load: 500/s (Poisson) or 500/s,uniform, however long answers take',
        parseArrivals,
      ),
    )
    .addOption(
      flag(
        '--max-users <number>',
        'the most at work in an open load; who finds as many waits, or with 1000,missed is counted as missed',
        parseMaxUsers,
      ),
    )
    .addOption(flag('--iterations <number>', 'tasks to do in all, then the run is over', parseCount))
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
    .addOption(
      flag('--threads <number>', 'worker threads that share the load', parseThreads).default(
        Math.max(1, availableParallelism() - 1),
      ),
    )
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
    .option('--no-evidence', 'keep nothing to explain failures by: figures and one example of each alone')
    .option('--no-trace', 'send neither traceparent nor X-Request-Id')
    .addOption(
      flag(
        '--local-address <addresses>',
        'where connections come from, each in turn: 10.0.0.1,10.0.0.2',
        parseAddresses,
      ),
    )
    .option('--http2', 'speak HTTP/2, one connection for each user; over https agreed on by ALPN')
}

function declareOutcomeFlags(command: Command): Command {
  return command
    .optionsGroup('Verdict:')
    .addOption(thresholdFlag())
    .optionsGroup('What is kept:')
    .addOption(repeated('--redact <name>', 'mask the values of this name, too; may be given again'))
    .addOption(
      new Option('--keep-bodies <which>', 'bodies of the requests that are kept whole')
        .choices(['none', 'failures', 'all-exemplars'])
        .default('all-exemplars'),
    )
    .option('--history <folder>', 'where runs are kept', HISTORY_FOLDER)
    .option('--no-history', 'do not keep this run')
    .addOption(
      flag(
        '--keep-runs <number>',
        'how many runs without name or tag are kept: the newest',
        parseCount,
      ).default(KEPT_RUNS),
    )
}

export function declareReportFlags(command: Command): Command {
  return command
    .optionsGroup('Report:')
    .option('--json', 'print the report as JSON to standard output, all else to standard error')
    .option('--json-file <file>', 'write the report as JSON to a file')
    .option('--html <file>', 'write the report as one HTML file that opens without a network')
    .option(
      '--csv <prefix>',
      "write Locust's files: PREFIX_stats.csv, _stats_history, _failures, _exceptions",
    )
    .option('--junit <file>', 'write requests and thresholds as JUnit test cases')
}

/** A flag whose value is parsed; what does not parse is told with the flag's name. */
export function flag<T>(flags: string, description: string, parse: (text: string) => T): Option {
  const option = new Option(flags, description)
  return option.argParser((text: string) => naming(`--${option.name()}`, () => parse(text)))
}

export function repeated(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string, before?: string[]) => [
    ...(before ?? []),
    text,
  ])
}

function weightFlag(): Option {
  const about =
    "a user class's weight in place of its own, such as Reader=3; 0 leaves it out; may be given again"
  return new Option('--weight <class=number>', about).argParser(
    (text: string, before?: Record<string, number>) => ({
      ...before,
      ...naming('--weight', () => parseWeight(text)),
    }),
  )
}

function thresholdFlag(): Option {
  const about = "what has to hold for exit code 0, such as 'p99<200ms'; may be given again"
  return new Option('--threshold <condition>', about).argParser((text: string, before?: Threshold[]) => [
    ...(before ?? []),
    ...naming('--threshold', () => parseThresholds(text)),
  ])
}

/** Parses the rest; what the flags leave open is decided here, and never again. */
export function toPlan(cwd: string, positionals: readonly string[], flags: RunFlags): Plan {
  const load = toLoad(flags)
  const isLoadGiven = [flags.users, flags.stages, flags.arrivals].some((given) => given !== undefined)
  return {
    ...toScenario(cwd, positionals, flags),
    arguments: flags.scenarioArguments ?? {},
    host: checkedHost(flags.host),
    load,
    isLoadGiven,
    // More would stand idle. How many a load of the scenario's takes is known when it has been loaded.
    workers: isLoadGiven ? Math.min(flags.threads, mostAtWork(load)) : flags.threads,
    seed: flags.seed ?? randomInt(2 ** 32),
    userAgent: `proctor/${PROCTOR_VERSION}`,
    stopTimeoutMs: flags.stopTimeout,
    requestTimeoutMs: flags.requestTimeout,
    keepsEvidence: flags.evidence,
    traceSampledShare: flags.trace ? flags.traceSample : null,
    tls: toTls(cwd, flags),
    http2: flags.http2 ?? false,
    localAddresses: flags.localAddress ?? [],
    redact: flags.redact ?? [],
    keepBodies: flags.keepBodies,
    thresholds: flags.threshold ?? [],
  }
}

/** The file and what of it is run. */
export function toScenario(
  cwd: string,
  positionals: readonly string[],
  { file, tags = [], excludeTags = [], weight }: RunFlags,
): Required<Pick<Plan, 'scenario' | 'selection'>> {
  const [scenario, ...classes] = file === undefined ? positionals : [file, ...positionals]
  return {
    scenario: resolve(cwd, scenarioFile(scenario)),
    selection: { classes, tags, excludeTags, ...(weight && { weights: weight }) },
  }
}

function toLoad(flags: RunFlags): Load {
  const { stages, runTime, iterations = null } = flags
  const durationMs = runTime ?? stages?.at(-1)?.atMs ?? null
  const bounds = { stages: stages ?? null, durationMs, iterations }
  if (flags.arrivals !== undefined) return { ...toArrivals(flags, flags.arrivals), ...bounds }
  if (flags.maxUsers !== undefined)
    throw new UsageError('--max-users belongs to an open load: add --arrivals 500/s')
  if (flags.users !== undefined && stages !== undefined)
    throw new UsageError('expected -u or --stages, got both')
  return {
    kind: 'closed',
    users: flags.users ?? peakOf(stages) ?? 1,
    spawnRate: flags.spawnRate ?? 1,
    ...bounds,
  }
}

function toArrivals(flags: RunFlags, { perSecond, spacing }: Arrivals) {
  const { stages, maxUsers } = flags
  if (flags.users !== undefined || flags.spawnRate !== undefined) {
    throw new UsageError('expected -u and -r, or --arrivals, got both: --max-users bounds an open load')
  }
  if ((perSecond === undefined) === (stages === undefined)) {
    throw new UsageError('expected one rate: --arrivals 500/s, or --arrivals poisson --stages 30s:500')
  }
  return {
    kind: 'open' as const,
    arrivalsPerSecond: perSecond ?? peakOf(stages)!,
    spacing,
    maxUsers: maxUsers?.maxUsers ?? null,
    whenBusy: maxUsers?.whenBusy ?? ('late' as const),
  }
}

function peakOf(stages: readonly Stage[] | undefined): number | undefined {
  return stages?.reduce((peak, { value }) => Math.max(peak, value), 0)
}

function scenarioFile(file: string | undefined): string {
  if (file !== undefined && file !== '') return file
  throw new UsageError('expected a scenario file: proctor run my-test.ts -H http://127.0.0.1:5000')
}

export function checkedHost(host: string | undefined): string {
  if (host === undefined) throw new UsageError('expected the service to aim at: -H http://127.0.0.1:5000')
  const { origin, basePath } = naming('--host', () => new Origin(host))
  return origin + basePath
}

export function naming<T>(name: string, parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    throw new UsageError(`${name}: ${(cause as Error).message}`, { cause })
  }
}
