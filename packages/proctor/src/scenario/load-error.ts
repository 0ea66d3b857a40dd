import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe } from './expectations.ts'
import { placeOfFrame, ScenarioError } from './scenario-error.ts'

/**
 * Whatever was thrown while a scenario was read or run, as something that its author can mend. `reading` is the
 * file that was read last: an error of syntax in JavaScript does not say where it is.
 */
export function toScenarioError(error: unknown, file: string, reading: string): ScenarioError {
  if (error instanceof ScenarioError) return error
  if (!(error instanceof Error))
    return new ScenarioError(`it threw ${describe(error)} as it was loaded`, file)
  const fallback = error instanceof SyntaxError ? reading : file
  const place = placeAtHead(error) ?? placeInFrames(error, file) ?? fallback
  const code = 'code' in error ? error.code : undefined
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') return new ScenarioError(unsupported(error), place)
  return (
    (code === 'ERR_MODULE_NOT_FOUND' ? missingModule(error) : undefined) ??
    new ScenarioError(`${error.name}: ${error.message.split('\n', 1)[0]}`, place)
  )
}

/** The stack of a syntax error begins with `file:line`. */
function placeAtHead({ stack = '' }: Error): string | undefined {
  const [, file, line] = /^((?:file:\/\/)?\/.+?)(:\d+)(?:\n|$)/.exec(stack) ?? []
  if (file === undefined) return undefined
  return (file.startsWith('file:') ? fileURLToPath(file) : file) + line
}

function placeInFrames({ stack = '' }: Error, file: string): string | undefined {
  const places = stack.split('\n').map(placeOfFrame)
  return places.find((place) => place?.startsWith(`${file}:`))
}

/** Node leaves types out and runs what remains; it says `TypeScript enum is not supported in strip-only mode`. */
function unsupported({ message }: Error): string {
  const [, what = 'this'] = /^(TypeScript .+) is not supported/.exec(message) ?? []
  const instead = what === 'TypeScript enum' ? 'const Color = { Red: 0 } as const' : 'plain JavaScript'
  return `expected TypeScript that runs once its types are left out; got ${what}: write ${instead} instead`
}

/** Node names the file that imports, not the line: it is looked up. */
function missingModule({ message }: Error): ScenarioError | undefined {
  const [, kind, wanted, importer] =
    /^Cannot find (package|module) '(.+)' imported from (.+)$/.exec(message) ?? []
  if (wanted === undefined || importer === undefined) return undefined
  const lines = existsSync(importer) ? readFileSync(importer, 'utf8').split('\n') : []
  const line = lines.findIndex((text) => /\b(import|from)\b/.test(text) && text.includes(basename(wanted)))
  const place = line === -1 ? importer : `${importer}:${line + 1}`
  return new ScenarioError(kind === 'package' ? missingPackage(wanted) : missingFile(wanted), place)
}

function missingPackage(name: string): string {
  return `expected the package ${name}, which is imported here, to be installed: npm install ${name}`
}

function missingFile(file: string): string {
  const whole = ['.ts', '.js', '.mts', '.mjs'].map((ending) => file + ending).find((path) => existsSync(path))
  const next =
    whole === undefined ? '' : `; there is ${basename(whole)}: imports name the file with its ending`
  return `expected ${file}, which is imported here, to be a file${next}`
}
