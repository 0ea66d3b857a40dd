import { Expectations } from './expectations.ts'

/** One argument of a scenario: its type is that of its default. */
export type ArgumentDefinition = {
  /** What `--help` says of it. */
  help?: string
} & (
  | {
      type: 'string'
      default: string
      /** The only values that are taken. */
      choices?: readonly string[]
    }
  | { type: 'number'; default: number }
  | { type: 'boolean'; default: boolean }
)

export type ArgumentValue = string | number | boolean

/** By name, each in its type. */
export type ArgumentValues<D extends Record<string, ArgumentDefinition>> = {
  readonly [Name in keyof D]: D[Name]['default'] extends boolean
    ? boolean
    : D[Name]['default'] extends number
      ? number
      : string
}

/** An argument that has passed every check, as people are told of it. */
export interface ScenarioArgument {
  readonly name: string
  readonly type: ArgumentDefinition['type']
  readonly default: ArgumentValue
  readonly help: string
  readonly choices: readonly string[] | null
}

/** What the scenario that is being loaded is given, and what it has declared. One scenario is loaded in a thread. */
let given: Readonly<Record<string, ArgumentValue>> = {}
let declared = new Map<string, ScenarioArgument>()

/** From now on `defineArguments` answers these values, where they are given. */
export function giveArguments(values: Readonly<Record<string, ArgumentValue>>): void {
  given = values
  declared = new Map()
}

export function declaredArguments(): readonly ScenarioArgument[] {
  return [...declared.values()]
}

/**
 * Declares what the scenario is told on the command line, behind its file: `--tenant b`, `--page-size 50`, `--verbose`. The values
 * are there at once, so that they may decide on anything, such as which file is read.
 *
 * ```ts
 * import { defineArguments, defineUser } from 'proctor'
 *
 * const args = defineArguments({
 *   tenant: { type: 'string', default: 'a', help: 'whose students are asked for' },
 *   pageSize: { type: 'number', default: 20 },
 * })
 *
 * export const Reader = defineUser({
 *   tasks: { list: ({ http }) => http.get(`/students?limit=${args.pageSize}`, { headers: { 'X-Tenant': args.tenant } }) },
 * })
 * ```
 *
 * Throws a `ScenarioError` where a definition is none, or a name was taken.
 */
export function defineArguments<const D extends Record<string, ArgumentDefinition>>(
  definitions: D,
): ArgumentValues<D> {
  const expected = new Expectations()
  const entries = Object.entries(expected.object('defineArguments({ name: { type, default } })', definitions))
  const values = entries.map(([name, definition]): [string, ArgumentValue] => {
    const argument = checkedArgument(name, definition, expected)
    expected.holds(!declared.has(name), `one argument ${name}`, 'another')
    declared.set(name, argument)
    return [name, checkedValue(argument, given[name] ?? argument.default, expected)]
  })
  return Object.fromEntries(values) as ArgumentValues<D>
}

function checkedArgument(name: string, definition: unknown, expected: Expectations): ScenarioArgument {
  const isName = /^[a-z][a-zA-Z0-9]*$/.test(name)
  expected.holds(isName, 'names of arguments such as tenant or pageSize', name)
  const example = `${name}: { type: 'string', default: '…' }`
  const keys = ['type', 'default', 'help', 'choices']
  const argument: Partial<ScenarioArgument> = expected.knownKeys(
    name,
    expected.object(example, definition),
    keys,
  )
  const { type, help = '', choices = null } = argument
  const types = ['string', 'number', 'boolean']
  expected.holds(
    type !== undefined && types.includes(type),
    `${name}.type 'string', 'number' or 'boolean'`,
    type,
  )
  const areChoices = choices === null || (Array.isArray(choices) && type === 'string')
  expected.holds(areChoices, `${name}.choices to be texts, of an argument of type 'string'`, choices)
  const checked = { name, type: type!, default: argument.default!, help, choices }
  checkedValue(checked, checked.default, expected)
  return checked
}

function checkedValue(
  { name, type, choices }: ScenarioArgument,
  value: ArgumentValue,
  expected: Expectations,
): ArgumentValue {
  const isValue = typeof value === type && !Number.isNaN(value)
  expected.holds(isValue, `${name} to be a ${type}`, value)
  const isChoice = choices === null || choices.includes(String(value))
  expected.holds(isChoice, `${name} to be one of ${choices?.join(', ')}`, value)
  return value
}
