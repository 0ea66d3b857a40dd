import { Command, CommanderError } from 'commander'
import { PROCTOR_VERSION } from '../run/environment.ts'
import { ScenarioError } from '../scenario/scenario-error.ts'
import { HistoryError } from '../history/history-error.ts'
import { ServerSideError } from '../server-side/source.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { explainCommand } from './explain-command.ts'
import { initCommand } from './init-command.ts'
import type { Machine } from './machine.ts'
import { reportCommand } from './report-command.ts'
import { runCommand } from './run-command.ts'
import { declareScenarioFlags } from './scenario-flags.ts'
import { runsCommand } from './runs-command.ts'
import { uiCommand } from './ui-command.ts'
import { UsageError } from './usage-error.ts'

/** The commands whose flags may be those of a scenario, too. */
const WITH_SCENARIO = new Set(['run', 'ui'])

/** The whole command line: arguments in, exit code out. */
export async function cli(machine: Machine): Promise<ExitCode> {
  let code: ExitCode = EXIT.held
  const program = new Command('proctor')
    .description('Load tests in TypeScript that say why a service failed.')
    .version(PROCTOR_VERSION)
    .showSuggestionAfterError()
  const exitWith = (exitCode: ExitCode): void => {
    code = exitCode
  }
  program
    .addCommand(initCommand(machine))
    .addCommand(runCommand(machine, exitWith))
    .addCommand(uiCommand(machine))
    .addCommand(runsCommand(machine))
    .addCommand(explainCommand(machine))
    .addCommand(reportCommand(machine))
  for (const command of withAllBelow(program)) speakThrough(command, machine)
  try {
    const [name, ...rest] = machine.args
    const command = WITH_SCENARIO.has(name!)
      ? program.commands.find((each) => each.name() === name)
      : undefined
    if (command !== undefined) await declareScenarioFlags(command, rest, machine.cwd)
    await program.parseAsync([...machine.args], { from: 'user' })
    return code
  } catch (error) {
    return explain(error, machine)
  }
}

function withAllBelow(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withAllBelow)]
}

/** Commander writes and throws; nothing exits behind our back. */
function speakThrough(command: Command, machine: Machine): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => machine.stdout.write(text),
    writeErr: (text) => machine.stderr.write(text),
    outputError: (text, write) => write(text.replace(/^error: /, 'proctor: ') + nextStep(text, command)),
  })
}

/** Where commander has nothing nearby to suggest. */
function nextStep(text: string, command: Command): string {
  if (text.includes('Did you mean')) return ''
  const [, scenario] = /unknown command '(.+\.[cm]?[jt]s)'/.exec(text) ?? []
  if (scenario !== undefined) return `(Did you mean proctor run ${scenario}?)\n`
  const name = command.parent === null ? 'proctor' : `proctor ${command.name()}`
  return `(${name} --help says what there is)\n`
}

/** One place where what went wrong becomes words and an exit code. */
function explain(error: unknown, machine: Machine): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.held : EXIT.usage
  if (error instanceof UsageError || error instanceof ServerSideError) return say(error.message, EXIT.usage)
  if (error instanceof ScenarioError)
    return say(`${error.place ?? 'the scenario'}: ${error.message}`, EXIT.usage)
  if (error instanceof HistoryError)
    return say(error.message, error.code.startsWith('history-') ? EXIT.internal : EXIT.usage)
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return say(`internal error, a defect of Proctor: please report it.\n${trace}`, EXIT.internal)

  function say(text: string, code: ExitCode): ExitCode {
    machine.stderr.write(`proctor: ${text}\n`)
    return code
  }
}
