import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { users, type Assignment, type Contestant } from './contestant.ts'

const repository = join(import.meta.dirname, '..')
const node = join(repository, 'node_modules/.bin/node')
const main = join(repository, 'packages/proctor/src/cli/main.ts')
const scenarios = join(import.meta.dirname, 'scenarios')

export const proctor: Contestant = {
  name: 'proctor',
  speaksTls: true,
  speaksHttp2: true,
  program: {
    name: 'proctor',
    versionArgv: [node, main, '--version'],
    versionPattern: /^(?:proctor )?(\d+\.\d+\.\d+\S*)$/m,
    install: 'npm install',
  },
  argv(assignment) {
    const { loadCase } = assignment
    const load = ['-u', String(users), '-r', '1000', '-t', `${assignment.seconds}s`]
    const report = ['--json-file', reportFileOf(assignment)]
    return [
      node,
      main,
      'run',
      join(scenarios, `${loadCase.isSecure === true ? 'small' : loadCase.name}.ts`),
      '-H',
      assignment.url,
      ...load,
      ...report,
      ...(loadCase.isSecure === true ? ['--insecure'] : []),
      ...(loadCase.isHttp2 === true ? ['--http2'] : []),
    ]
  },
  complaint(ending, assignment) {
    // 3: the generator was the bottleneck, which without think time it is meant to be.
    if (ending.exitCode !== 0 && ending.exitCode !== 3) return 'it failed'
    if (!existsSync(reportFileOf(assignment))) return 'it wrote no report'
    return complaintAbout(JSON.parse(readFileSync(reportFileOf(assignment), 'utf8')))
  },
}

/** What the evidence costs that explains failures: the same without it. */
export const proctorBare: Contestant = {
  ...proctor,
  name: 'no evidence',
  argv: (assignment) => [...proctor.argv(assignment), '--no-evidence'],
}

function reportFileOf({ folder }: Assignment): string {
  return join(folder, 'proctor.json')
}

/** The part of `proctor/run@1` that is read here. */
interface Report {
  readonly total: { readonly count: number; readonly failures: number }
  readonly exceptions: readonly unknown[]
}

function complaintAbout(report: unknown): string | undefined {
  if (!isReport(report)) return 'its report has no total.failures or no exceptions'
  const { total, exceptions } = report
  if (total.failures > 0) return `${total.failures} of ${total.count} requests failed`
  return exceptions.length > 0 ? `exceptions: ${JSON.stringify(exceptions).slice(0, 500)}` : undefined
}

function isReport(value: unknown): value is Report {
  if (typeof value !== 'object' || value === null) return false
  if (!('total' in value && 'exceptions' in value && Array.isArray(value.exceptions))) return false
  const { total } = value
  return (
    typeof total === 'object' && total !== null && 'failures' in total && typeof total.failures === 'number'
  )
}
