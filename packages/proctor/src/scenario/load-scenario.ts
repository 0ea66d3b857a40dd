import { readFileSync, realpathSync, statSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { basename, extname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Users } from '../shape/users-over-time.ts'
import type { Threshold } from '../threshold/threshold.ts'
import { checkMetrics, exportedThresholds } from './exported-thresholds.ts'
import { toScenarioError } from './load-error.ts'
import { LoadShape } from './load-shape.ts'
import { ScenarioError } from './scenario-error.ts'
import { type ArgumentValue, declaredArguments, giveArguments, type ScenarioArgument } from './arguments.ts'
import { forgetMetrics } from './metric.ts'
import { checkKnown, EVERYTHING, select, type Selection } from './selection.ts'
import { TestHooks } from './test-hooks.ts'
import { UserClass } from './user.ts'

/** What a scenario file exports. */
export interface Scenario {
  /** Its user classes by name. */
  readonly users: ReadonlyMap<string, UserClass>
  /** The load as code, where there is one. */
  readonly shape: LoadShape | undefined
  readonly thresholds: readonly Threshold[]
  /** What happens once in the run, where it says so. */
  readonly hooks?: TestHooks | undefined
  /** What it may be told on the command line. */
  readonly arguments?: readonly ScenarioArgument[]
}

/** What of a scenario is run, and what it is told. */
export interface Loading {
  readonly selection?: Selection
  readonly arguments?: Readonly<Record<string, ArgumentValue>>
  /** Those that it is judged by beside its own. */
  readonly thresholds?: readonly Threshold[]
}

/**
 * Loads a scenario file, TypeScript or JavaScript, and of it what is selected. Call it once, in the thread that runs the users.
 *
 * Throws a `ScenarioError` that names file, line and what was expected.
 */
export async function loadScenario(path: string, loading: Loading = {}): Promise<Scenario> {
  const { selection = EVERYTHING, arguments: values = {}, thresholds: more = [] } = loading
  const file = existingFile(path)
  giveArguments(values)
  forgetMetrics()
  const exports = await importScenario(file)
  const users = userClasses(exports, file)
  if (users.size > 0) {
    const thresholds = exportedThresholds(exports.thresholds, file)
    checkMetrics([...thresholds, ...more], file)
    const shape = loadShape(exports, users, file)
    const hooks = testHooks(exports, file)
    const declared = declaredArguments()
    checkKnown(
      'argument',
      Object.keys(values),
      declared.map(({ name }) => name),
      file,
    )
    return { users: select(users, selection, file), shape, thresholds, hooks, arguments: declared }
  }
  const example = 'export const Visitor = defineUser({ … })'
  throw new ScenarioError(`expected at least one exported user, such as: ${example}`, file)
}

function testHooks(exports: Record<string, unknown>, file: string): TestHooks | undefined {
  const [hooks, another] = new Set(Object.values(exports).filter((value) => value instanceof TestHooks))
  if (another !== undefined) throw new ScenarioError('expected one exported test, got more', file)
  return hooks
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
    const isModule = other === url || isModuleAgainst(context.format, other)
    return next(other, isModule ? { ...context, format: SCENARIO_FORMAT } : context)
  }
  const hooks = registerHooks({ resolve: resolveProctor, load })
  try {
    return (await import(url)) as Record<string, unknown>
  } catch (error) {
    hooks.deregister()
    throw toScenarioError(error, file, fileURLToPath(reading))
  }
}

/** TypeScript of a package of type `commonjs`, written as a module as most of it is: its compiler would have made it one of CommonJS. */
function isModuleAgainst(format: string | null | undefined, url: string): boolean {
  return (
    format === 'commonjs-typescript' &&
    url.endsWith('.ts') &&
    /^(import|export)\b/m.test(readFileSync(fileURLToPath(url), 'utf8'))
  )
}

function userClasses(exports: Record<string, unknown>, file: string): Map<string, UserClass> {
  const own = basename(file, extname(file))
  const named = Object.entries(exports)
    .filter((entry): entry is [string, UserClass] => entry[1] instanceof UserClass)
    .map(([name, user]): [string, UserClass] => [name === 'default' ? own : name, user])
  // Modules list their exports by the alphabet; a class exported twice is one class.
  return new Map(named.filter(([, user], index) => named.findIndex(([, other]) => other === user) === index))
}

function loadShape(
  exports: Record<string, unknown>,
  users: ReadonlyMap<string, UserClass>,
  file: string,
): LoadShape | undefined {
  const [shape, another] = new Set(Object.values(exports).filter((value) => value instanceof LoadShape))
  if (another !== undefined) throw new ScenarioError('expected one exported shape, got more', file)
  const first = firstAmount(shape, file)
  const stranger = typeof first === 'object' ? Object.keys(first).find((name) => !users.has(name)) : undefined
  if (stranger === undefined) return shape
  const known = [...users.keys()].join(', ')
  throw new ScenarioError(`expected the shape to name users of this file (${known}), got ${stranger}`, file)
}

/** Asked once before the run, so that a shape that cannot work is found here. */
function firstAmount(shape: LoadShape | undefined, file: string): Users | undefined {
  try {
    return shape?.amountAt(0)
  } catch (error) {
    throw toScenarioError(error, file, file)
  }
}

type ResolveHook = NonNullable<Parameters<typeof registerHooks>[0]['resolve']>
type LoadHook = NonNullable<Parameters<typeof registerHooks>[0]['load']>

/** Beside this module, and so a source among sources, compiled among what was compiled. */
const INDEX = new URL(`../index${extname(import.meta.url)}`, import.meta.url).href

/** `proctor` is always the Proctor that runs, also for a file in a folder where it is not installed. */
const resolveProctor: ResolveHook = (specifier, context, next) =>
  specifier === 'proctor' ? { url: INDEX, shortCircuit: true } : next(specifier, context)

/**
 * A scenario is a module, whatever the `type` of the nearest package.json; and JavaScript is TypeScript without
 * types, read as such because only that parser says in which line a syntax error is.
 */
const SCENARIO_FORMAT = 'module-typescript'
