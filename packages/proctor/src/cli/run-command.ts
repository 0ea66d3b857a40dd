import { randomInt } from 'node:crypto'
import { accessSync, constants, renameSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Command } from 'commander'
import type { Plan } from '../engine/plan.ts'
import { Origin } from '../http/origin.ts'
import { Live } from '../report/live.ts'
import { renderJson, toReport } from '../report/report.ts'
import { renderSummary } from '../report/summary.ts'
import { PROCTOR_VERSION } from '../run/environment.ts'
import type { RunRecord } from '../run/record.ts'
import { Run, type RunEnd } from '../run/run.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import type { Machine } from './machine.ts'
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
interface RunFlags {
  file?: string
  host?: string
  users: number
  spawnRate: number
  runTime?: number
  seed?: number
  stopTimeout: number
  requestTimeout: number
  json?: true
  jsonFile?: string
  /** Commander's form of `--no-trace`. */
  trace: boolean
  traceSample: number
}

/** `proctor run`: a headless run with a live terminal, the summary, files, and an exit code. */
export function runCommand(machine: Machine, exitWith: (code: ExitCode) => void): Command {
  return new Command('run')
    .summary('run a scenario and report')
    .description('Runs the users of a scenario against a service: live here, then a summary.')
    .argument('[scenario]', 'scenario file, TypeScript or JavaScript')
    .option('-f, --file <file>', 'scenario file, as in Locust')
    .option('-H, --host <url>', 'base URL of the service, such as http://127.0.0.1:5000')
    .option('-u, --users <number>', 'users at work at the peak', parseUsers, 1)
    .option('-r, --spawn-rate <rate>', 'users started per second', parseSpawnRate, 1)
    .option(
      '-t, --run-time <duration>',
      'how long to run, the ramp included (60s, 5m, 1h30m); until Ctrl-C unless given',
      parsePositiveDuration,
    )
    .option('--seed <number>', 'repeat the random choices of a run; printed at the end of each', parseSeed)
    .option(
      '--stop-timeout <duration>',
      'how long requests under way are waited for at the end',
      parseDuration,
      10_000,
    )
    .option('--request-timeout <duration>', 'how long one request may take', parsePositiveDuration, 60_000)
    .option('--json', 'print the report as JSON to standard output, all else to standard error')
    .option('--json-file <file>', 'write the report as JSON')
    .option(
      '--trace-sample <share>',
      'share of requests whose trace the service is asked to keep',
      parseShare,
      0.01,
    )
    .option('--no-trace', 'send neither traceparent nor X-Request-Id')
    .action(async (scenario: string | undefined, flags: RunFlags) => {
      exitWith(await runFromFlags(machine, scenario, flags))
    })
}

async function runFromFlags(
  machine: Machine,
  scenario: string | undefined,
  flags: RunFlags,
): Promise<ExitCode> {
  const plan = toPlan(machine, scenario, flags)
  const jsonFile = flags.jsonFile === undefined ? undefined : resolve(machine.cwd, flags.jsonFile)
  if (jsonFile !== undefined) checkWritable(jsonFile)
  const people = flags.json ? machine.stderr : machine.stdout
  const end = await watch(machine, plan, new Live(plan, people))
  const report = toReport(end.record)
  people.write(`${renderSummary(end.record)}\n`)
  if (flags.json) machine.stdout.write(renderJson(report))
  if (jsonFile !== undefined) writeWhole(jsonFile, renderJson(report))
  if (end.error !== undefined) machine.stderr.write(`proctor: the run broke off: ${end.error.message}\n`)
  return exitCode(end)
}

/** Runs it with the live display, Ctrl-C included. */
async function watch(machine: Machine, plan: Plan, live: Live): Promise<RunEnd> {
  const run = new Run(plan, machine.clock, live)
  let interrupts = 0
  const unsubscribe = machine.onInterrupt(() => {
    interrupts += 1
    if (interrupts > 1) {
      live.end()
      machine.exit(EXIT.interrupted)
    }
    live.stopping()
    run.stop()
  })
  try {
    return await run.start()
  } finally {
    unsubscribe()
    live.end()
  }
}

function toPlan(machine: Machine, scenario: string | undefined, flags: RunFlags): Plan {
  const file = scenario ?? flags.file
  if (file === undefined)
    throw new UsageError('expected a scenario file: proctor run my-test.ts -H http://127.0.0.1:5000')
  if (flags.host === undefined)
    throw new UsageError('expected the service to aim at: -H http://127.0.0.1:5000')
  return {
    scenario: resolve(machine.cwd, file),
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
  }
}

function checkedHost(host: string): string {
  try {
    const { origin, basePath } = new Origin(host)
    return origin + basePath
  } catch (error) {
    throw new UsageError(`--host: ${(error as Error).message}`, { cause: error })
  }
}

/** Before the run, so that what was measured is not lost for want of a folder. */
function checkWritable(file: string): void {
  try {
    accessSync(dirname(file), constants.W_OK)
  } catch (cause) {
    throw new UsageError(`--json-file: expected a folder that can be written to, got ${dirname(file)}`, {
      cause,
    })
  }
}

/** A reader finds the old file or the new one, never half of it. It may hold bodies: for its owner only. */
function writeWhole(file: string, content: string): void {
  const unfinished = `${file}.unfinished`
  writeFileSync(unfinished, content, { mode: 0o600 })
  renameSync(unfinished, file)
}

function exitCode({ state, record }: RunEnd): ExitCode {
  if (state === 'stopped') return EXIT.interrupted
  if (state === 'crashed') return EXIT.internal
  if (record.generator.verdict === 'void') return EXIT.void
  return hasFailed(record) ? EXIT.failed : EXIT.held
}

function hasFailed({ total, exceptions }: RunRecord): boolean {
  return total.failures > 0 || exceptions.length > 0
}
