import { resolve } from 'node:path'
import { Command } from 'commander'
import { analyse } from '../analysis/analyse.ts'
import type { Plan } from '../engine/plan.ts'
import { SHORT_ID } from '../history/find-run.ts'
import { Keeper } from '../history/keeper.ts'
import { renderFindings } from '../report/findings.ts'
import { aimLine } from '../report/live-frame.ts'
import { renderTaskList } from '../report/task-list.ts'
import { WalkText } from '../report/walk.ts'
import { inspectScenario } from '../run/inspect.ts'
import { walkScenario } from '../run/walk-scenario.ts'
import { Live } from '../report/live.ts'
import { renderJson, toReport } from '../report/report.ts'
import { styleOf } from '../report/style.ts'
import { renderSummary } from '../report/summary.ts'
import { together } from '../run/listeners.ts'
import { KeptViews } from '../page/kept-views.ts'
import { preflight } from '../run/preflight.ts'
import { Run, type RunEnd, type RunListener } from '../run/run.ts'
import type { ServerSide } from '../server-side/server-side.ts'
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.ts'
import { checkWritable, writeWhole } from './json-file.ts'
import { withHistory } from './kept-runs.ts'
import type { Machine } from './machine.ts'
import { reportFiles } from './report-files.ts'
import {
  declareReportFlags,
  declareRunFlags,
  type ReportFlags,
  type RunFlags,
  toPlan,
  toScenario,
} from './run-flags.ts'
import { declareServerFlags, type ServerFlags, serverSideOf } from './server-flags.ts'

const AFTER_HELP = `
Examples:
  proctor run load-tests/students.ts -H http://127.0.0.1:5000 -u 50 -r 5 -t 60s
  proctor run my-test.ts -H http://127.0.0.1:5000 \\
    --threshold 'GET /students p99<200ms, all requests>1000' \\
    --threshold 'failures<5% over 30s abort'

Exit codes:
  0    all held
  1    requests failed, the scenario threw or aborted, or a threshold was missed
  2    wrong usage, or a scenario that does not load
  3    void: the generator was the bottleneck
  4    Proctor failed, or had to cut the run off
  130  interrupted; everything measured is reported`

/** `proctor run`: a headless run with a live terminal, the summary, files, and an exit code. */
export function runCommand(machine: Machine, exitWith: (code: ExitCode) => void): Command {
  const command = new Command('run')
    .usage('<scenario> [user classes] -H <url> [options]')
    .summary('run a scenario against a service, and report')
    .description('Runs the users of a scenario against a service: live here, then a summary.')
    .addHelpText('after', AFTER_HELP)
  return declareReportFlags(declareServerFlags(declareRunFlags(command)))
    .helpOption('-h, --help', 'show this help')
    .action(
      async (
        scenario: string | undefined,
        classes: string[],
        flags: RunFlags & ReportFlags & ServerFlags,
      ) => {
        const positionals = scenario === undefined ? [] : [scenario, ...classes]
        exitWith(await runFromFlags(machine, positionals, flags))
      },
    )
}

async function runFromFlags(
  machine: Machine,
  positionals: readonly string[],
  flags: RunFlags & ReportFlags & ServerFlags,
): Promise<ExitCode> {
  if (flags.list) {
    const { scenario, selection } = toScenario(machine.cwd, positionals, flags)
    machine.stdout.write(`${renderTaskList(await inspectScenario(scenario, selection)).join('\n')}\n`)
    return EXIT.held
  }
  const plan = toPlan(machine.cwd, positionals, flags)
  if (flags.once) return await walkOnce(machine, plan)
  const jsonFile = flags.jsonFile === undefined ? undefined : resolve(machine.cwd, flags.jsonFile)
  if (jsonFile !== undefined) checkWritable('--json-file', jsonFile)
  const writeFiles = reportFiles(machine.cwd, flags)
  const people = flags.json ? machine.stderr : machine.stdout
  const live = new Live(plan, people)
  for (const warning of preflight(plan.load, plan.workers, machine.limits)) live.note(`! ${warning}`)
  const keeper = keeperOf(machine, flags, (text) => live.note(text))
  const views = viewsOf(machine, flags)
  const serverSide = serverSideOf(machine, flags, flags.redact, (text) => live.note(`! ${text}`))
  const end = await watchAll(machine, plan, live, { keeper, serverSide })
  const isKept = keeper?.finish(end) ?? false
  const findings = analyse(end.record)
  const report = toReport(end.record, findings)
  const json = renderJson(report)
  const style = styleOf(people)
  const kept = isKept ? `Kept: proctor explain ${end.record.runId.slice(0, SHORT_ID)}` : ''
  const said = renderFindings(findings, style, people.columns, { isKept })
  const ending = [renderSummary(end.record, style), said, kept]
  people.write(`${ending.filter((part) => part !== '').join('\n\n')}\n`)
  if (flags.json) machine.stdout.write(json)
  if (jsonFile !== undefined) writeWhole(jsonFile, json)
  writeFiles(report, end.state)
  if (isKept) views?.keep(end, findings)
  if (end.error !== undefined) machine.stderr.write(`proctor: the run broke off: ${end.error.message}\n`)
  return exitCodeOf(end)
}

/** `--once`: nothing is measured, all is shown. */
async function walkOnce({ stdout }: Machine, plan: Plan): Promise<ExitCode> {
  const text = new WalkText(styleOf(stdout))
  const write = (lines: readonly string[]): void => stdout.write(lines.map((line) => `${line}\n`).join(''))
  write([aimLine(plan)])
  await walkScenario(plan, {
    event: (event) => write(text.render(event)),
    output: (output) => stdout.write(output),
  })
  write(text.renderEnd())
  return text.hasHeld ? EXIT.held : EXIT.failed
}

/** `undefined` where the run is not to be kept. */
export function keeperOf(machine: Machine, flags: RunFlags, say: (text: string) => void): Keeper | undefined {
  if (flags.history === false) return undefined
  const options = { clock: machine.clock, keepRuns: flags.keepRuns }
  return new Keeper(resolve(machine.cwd, flags.history), options, say)
}

/** For the page, which opens the run later. */
function viewsOf(machine: Machine, { history }: RunFlags): KeptViews | undefined {
  if (history === false) return undefined
  return new KeptViews((work) => withHistory(machine, { history }, work), analyse)
}

interface Listeners {
  readonly keeper: Keeper | undefined
  readonly serverSide: ServerSide | undefined
}

/** Runs it while the service is listened to, where that was asked for. */
async function watchAll(machine: Machine, plan: Plan, live: Live, listeners: Listeners): Promise<RunEnd> {
  const { serverSide } = listeners
  if (serverSide === undefined) return watch(machine, plan, live, listeners)
  try {
    await serverSide.start()
    const end = await watch(machine, plan, live, listeners)
    return { ...end, record: await serverSide.end(end.record) }
  } finally {
    await serverSide.stop()
  }
}

function listenersOf({ keeper, serverSide }: Listeners): RunListener[] {
  return [keeper, serverSide].filter((listener) => listener !== undefined)
}

/** How many users, or arrivals a second, a key adds: Locust's keys. */
const STEPS: Readonly<Record<string, number>> = { w: 1, W: 10, s: -1, S: -10 }

/** Runs it with the live display. The first Ctrl-C stops it politely, the second leaves. */
async function watch(machine: Machine, plan: Plan, live: Live, listeners: Listeners): Promise<RunEnd> {
  const run = new Run(plan, machine.clock, together(...listenersOf(listeners), live))
  const leave = (): void => {
    // What it has started must not outlive this process.
    void listeners.serverSide?.stop()
    live.end()
    machine.exit(EXIT.interrupted)
  }
  let onInterrupt = (): void => {
    onInterrupt = leave
    live.stopping()
    run.stop()
  }
  const unsubscribe = machine.onInterrupt(() => onInterrupt())
  const unlisten = live.isDrawn ? machine.onKey((key) => run.steer({ by: STEPS[key] ?? 0 })) : () => {}
  try {
    return await run.start()
  } finally {
    unlisten()
    unsubscribe()
    live.end()
  }
}
