import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { basename, extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { placeOfFrame, ScenarioError } from './scenario-error.ts'
import { UserClass } from './user.ts'

/** What a scenario file exports: its user classes by name. */
export type Scenario = ReadonlyMap<string, UserClass>

/**
 * Loads a scenario file, TypeScript or JavaScript. Call it in the thread that runs the users.
 *
 * Throws a `ScenarioError` that names file, line and what was expected.
 */
export async function loadScenario(file: string): Promise<Scenario> {
  if (!existsSync(file)) throw new ScenarioError('expected a scenario file; there is none', file)
  const url = pathToFileURL(file).href
  registerHooks({ resolve: resolveProctor, load: loadAsModule(url) })
  const users = userClasses(await importScenario(url, file), file)
  if (users.size === 0) {
    throw new ScenarioError(
      'expected at least one exported user, such as: export const Visitor = defineUser({ … })',
      file,
    )
  }
  return users
}

async function importScenario(url: string, file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(url)) as Record<string, unknown>
  } catch (error) {
    throw toScenarioError(error, file)
  }
}

function userClasses(exports: Record<string, unknown>, file: string): Map<string, UserClass> {
  const own = basename(file, extname(file))
  const named = Object.entries(exports)
    .filter((entry): entry is [string, UserClass] => entry[1] instanceof UserClass)
    .map(([name, user]): [string, UserClass] => [name === 'default' ? own : name, user])
  // Modules list their exports by the alphabet; a class exported twice is one class.
  return new Map(named.filter(([, user], index) => named.findIndex(([, other]) => other === user) === index))
}

type ResolveHook = NonNullable<Parameters<typeof registerHooks>[0]['resolve']>
type LoadHook = NonNullable<Parameters<typeof registerHooks>[0]['load']>

const INDEX = new URL('../index.ts', import.meta.url).href

/** `proctor` is always the Proctor that runs, also for a file in a folder where it is not installed. */
const resolveProctor: ResolveHook = (specifier, context, next) =>
  specifier === 'proctor' ? { url: INDEX, shortCircuit: true } : next(specifier, context)

/** A scenario is a module, whatever the `type` of the nearest package.json. */
function loadAsModule(scenario: string): LoadHook {
  const format = /\.[mc]?ts$/.test(scenario) ? 'module-typescript' : 'module'
  return (url, context, next) => next(url, url === scenario ? { ...context, format } : context)
}

/** Whatever was thrown while the file was read or run, with the scenario's own line. */
function toScenarioError(error: unknown, file: string): ScenarioError {
  if (error instanceof ScenarioError) return error
  if (!(error instanceof Error)) return new ScenarioError(`it threw ${String(error)}`, file)
  return new ScenarioError(`${error.name}: ${error.message}`, placeOfError(error, file))
}

/** A syntax error's stack begins with `file:line`; another's names the file in its frames. */
function placeOfError(error: Error, file: string): string {
  const lines = (error.stack ?? '').split('\n')
  const head = /^(?:file:\/\/)?(\/.+?:\d+)$/.exec(lines[0] ?? '')
  if (head?.[1] !== undefined) return decodeURI(head[1])
  const frame = lines.find((line) => line.trim().startsWith('at ') && line.includes(file))
  return (frame === undefined ? undefined : placeOfFrame(frame)) ?? file
}
