import { spawnSync } from 'node:child_process'
import { BenchmarkFailure } from './failure.ts'

/** Debian keeps servers in /usr/sbin, which a plain user's PATH lacks. */
export const environment = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin` }

/** A program that a benchmark needs: how it tells its version, and what installs it. */
export interface Program {
  readonly name: string
  readonly versionArgv: readonly [string, ...string[]]
  /** Its first group is the version. The exit code counts for nothing: wrk tells its version and exits with 1. */
  readonly versionPattern: RegExp
  readonly install: string
}

export const installScript = 'sh benchmarks/install.sh'

export const nginx: Program = {
  name: 'nginx',
  versionArgv: ['nginx', '-v'],
  versionPattern: /nginx\/(\S+)/,
  install: installScript,
}

export const taskset: Program = {
  name: 'taskset',
  versionArgv: ['taskset', '--version'],
  versionPattern: /util-linux (\S+)/,
  install: installScript,
}

/** Each program's version, by name. All that is missing is said at once. */
export function versionsOf(programs: readonly Program[]): Record<string, string> {
  const { found, missing } = lookFor(programs)
  if (missing.length > 0) throw new BenchmarkFailure('cannotRun', missing.join('\n'))
  return found
}

interface Search {
  /** Versions by name. */
  readonly found: Record<string, string>
  /** What cannot run, why, and what installs it. */
  readonly missing: readonly string[]
}

export function lookFor(programs: readonly Program[]): Search {
  const unique = new Map(programs.map((program) => [program.name, program]))
  const answers = [...unique.values()].map((program) => ({ program, answer: askVersion(program) }))
  const is = (state: Answer['state']): typeof answers =>
    answers.filter(({ answer }) => answer.state === state)
  return {
    found: Object.fromEntries(is('version').map(({ program, answer }) => [program.name, answer.text])),
    missing: is('missing').map(({ program, answer }) => describeMissing(program, answer)),
  }
}

interface Answer {
  readonly state: 'version' | 'missing'
  readonly text: string
}

function askVersion(program: Program): Answer {
  const [command, ...args] = program.versionArgv
  const { stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    env: environment,
    timeout: 30_000,
  })
  if (error) return { state: 'missing', text: error.message }
  const said = stdout + stderr
  const version = program.versionPattern.exec(said)?.[1]
  return version === undefined ? { state: 'missing', text: said.trim() } : { state: 'version', text: version }
}

function describeMissing({ name, install }: Program, { text }: Answer): string {
  const reason = /^.*Error: .*$/m.exec(text)?.[0] ?? text.slice(-300)
  return `${name} cannot run: ${reason}\n  install it with: ${install}`
}
