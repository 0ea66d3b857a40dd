import { realpathSync, statSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { basename, extname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Threshold } from '../threshold/threshold.ts'
import { exportedThresholds } from './exported-thresholds.ts'
import { toScenarioError } from './load-error.ts'
import { ScenarioError } from './scenario-error.ts'
import { UserClass } from './user.ts'

/** The user classes that a scenario file exports, by name. */
export type Scenario = ReadonlyMap<string, UserClass>

/** All that a scenario file declares. */
export interface LoadedScenario {
  readonly users: Scenario
  readonly thresholds: readonly Threshold[]
}

/**
 * Loads a scenario file, TypeScript or JavaScript. Call it once, in the thread that runs the users.
 *
 * Throws a `ScenarioError` that names file, line and what was expected.
 */
export async function loadScenario(path: string): Promise<LoadedScenario> {
  const file = existingFile(path)
  const exports = await importScenario(file)
  const users = userClasses(exports, file)
  if (users.size > 0) return { users, thresholds: exportedThresholds(exports.thresholds, file) }
  const example = 'export const Visitor = defineUser({ … })'
  throw new ScenarioError(`expected at least one exported user, such as: ${example}`, file)
}

/** As modules know it: without symbolic links. */
function existingFile(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) throw new ScenarioError('expected a scenario file; there is none', path)
  if (found.isDirectory()) throw new ScenarioError('expected a scenario file; this is a folder', path)
  return realpathSync(path)
}

async function importScenario(file: string): Promise<Record<string, unknown>> {
  const url = pathToFileURL(file).href
  let reading = url
  const load: LoadHook = (other, context, next) => {
    if (other.startsWith('file:')) reading = other
    return next(other, other === url ? { ...context, format: SCENARIO_FORMAT } : context)
  }
  const hooks = registerHooks({ resolve: resolveProctor, load })
  try {
    return (await import(url)) as Record<string, unknown>
  } catch (error) {
    hooks.deregister()
    throw toScenarioError(error, file, fileURLToPath(reading))
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

/**
 * A scenario is a module, whatever the `type` of the nearest package.json; and JavaScript is TypeScript without
 * types, read as such because only that parser says in which line a syntax error is.
 */
const SCENARIO_FORMAT = 'module-typescript'
