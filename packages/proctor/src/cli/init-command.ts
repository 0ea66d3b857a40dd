import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire, findPackageJSON } from 'node:module'
import { dirname, extname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { shellWord } from '../history/shell-word.ts'
import { FIRST_SCENARIO } from './first-scenario.ts'
import type { Machine } from './machine.ts'
import { UsageError } from './usage-error.ts'

/** Where a service of one's own is, as a rule. */
const HOST = 'http://127.0.0.1:3000'
const ENDINGS = ['.ts', '.mts', '.js', '.mjs']
/** In the package; in the repository they stand elsewhere. */
const JOURNEYS = fileURLToPath(new URL('../../docs/journeys.md', import.meta.url))

/** `proctor init`: a first scenario, in the project where one stands. */
export function initCommand(machine: Machine): Command {
  return new Command('init')
    .summary('write a first scenario')
    .description('Writes a first scenario, which runs as it is and passes the type check of your project.')
    .argument(
      '[file]',
      'where to; load-test.ts, or load-test.mts where package.json does not say "type": "module"',
    )
    .action((file: string | undefined) => init(machine, file))
}

function init(machine: Machine, given: string | undefined): void {
  const file = given ?? `load-test${isCommonJs(machine.cwd) ? '.mts' : '.ts'}`
  if (!ENDINGS.includes(extname(file)))
    throw new UsageError(`expected a file that ends in ${ENDINGS.join(', ')}; got ${file}`)
  write(resolve(machine.cwd, file), file)
  const isKnown = canImport('proctor', resolve(machine.cwd, file))
  const lines = [
    `Wrote ${file}. Each task once, with every request shown; then ten users for half a minute:`,
    '',
    `  npx proctor run ${shellWord(file)} -H ${HOST} --once`,
    `  npx proctor run ${shellWord(file)} -H ${HOST} -u 10 -t 30s`,
    '',
    ...(isKnown ? [] : ['So that editors know what it may say: npm install --save-dev proctor']),
    ...(existsSync(JOURNEYS)
      ? [`All that a scenario may say: ${relative(machine.cwd, JOURNEYS) || JOURNEYS}`]
      : []),
  ]
  machine.stdout.write(`${lines.join('\n').trimEnd()}\n`)
}

/** What is there stays as it is, even where it was made a moment ago. */
function write(path: string, file: string): void {
  try {
    writeFileSync(path, FIRST_SCENARIO, { flag: 'wx' })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EEXIST')
      throw new UsageError(`${file} is there already, and stays: proctor init OTHER.ts writes another`)
    if (code === 'ENOENT') throw new UsageError(`expected the folder ${dirname(file)} to be there`)
    throw new UsageError(`${file} can't be written: ${message}`)
  }
}

/** Compilers and editors take a .ts file there for CommonJS, whatever it imports. */
function isCommonJs(folder: string): boolean {
  try {
    const manifest = findPackageJSON('.', join(folder, 'package.json'))
    return (
      manifest !== undefined &&
      (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: unknown }).type !== 'module'
    )
  } catch {
    return false
  }
}

function canImport(name: string, from: string): boolean {
  try {
    createRequire(from).resolve(name)
    return true
  } catch {
    return false
  }
}
