import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import { inspectScenario } from '../run/inspect.ts'
import type { ArgumentValue, ScenarioArgument } from '../scenario/arguments.ts'
import { declareRunFlags, type RunFlags } from './run-flags.ts'
import { UsageError } from './usage-error.ts'

const HELP = new Set(['-h', '--help'])

/**
 * Adds the arguments of the scenario that stands on the command line to the flags of the command, where something on it is no flag of
 * Proctor's, or help is asked for. Throws a `ScenarioError` where it does not load.
 */
export async function declareScenarioFlags(
  command: Command,
  args: readonly string[],
  cwd: string,
): Promise<void> {
  const { file, unknown } = firstLook(command, args)
  if (file === undefined || unknown.length === 0) return
  const { arguments: declared = [] } = await inspectScenario(resolve(cwd, file))
  if (declared.length === 0) return
  command.optionsGroup('Arguments of the scenario:')
  for (const argument of declared) addFlag(command, argument)
  command.hook('preAction', () => {
    const values = declared.map(({ name }) => [name, command.getOptionValue(name) as ArgumentValue])
    command.setOptionValue('scenarioArguments', Object.fromEntries(values))
  })
}

/** The file, and what is no flag of Proctor's; what is wrong is told when the line is read in earnest. */
function firstLook(
  command: Command,
  args: readonly string[],
): { file: string | undefined; unknown: string[] } {
  const probe = declareRunFlags(new Command(command.name()))
    .exitOverride()
    .configureOutput({ outputError() {} })
  for (const option of command.options) {
    if (!probe.options.some(({ long }) => long === option.long)) probe.addOption(new Option(option.flags))
  }
  try {
    const { operands, unknown } = probe.parseOptions([...args])
    const { file } = probe.opts<RunFlags>()
    return { file: file ?? operands[0] ?? fileAmong(unknown), unknown }
  } catch {
    return { file: undefined, unknown: [] }
  }
}

/** `--help FILE` asks the same as `FILE --help`. */
function fileAmong([help = '', file]: readonly string[]): string | undefined {
  return HELP.has(help) ? file : undefined
}

function addFlag(command: Command, { name, type, default: value, help, choices }: ScenarioArgument): void {
  const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  const isTaken = command.options.some(({ long }) => long === `--${flag}` || long === `--no-${flag}`)
  if (isTaken)
    throw new UsageError(`the argument ${name} of the scenario: --${flag} is a flag of Proctor's own`)
  if (type === 'boolean') {
    command.option(`--${flag}`, help, value === true).option(`--no-${flag}`)
    return
  }
  const option = new Option(`--${flag} <${type === 'number' ? 'number' : 'text'}>`, help).default(value)
  if (choices !== null) option.choices([...choices])
  if (type === 'number') option.argParser((text) => parsedNumber(flag, text))
  command.addOption(option)
}

function parsedNumber(flag: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isFinite(value)) return value
  throw new UsageError(`--${flag}: expected a number, got ${JSON.stringify(text)}`)
}
