import { readFileSync } from 'node:fs'
import { arch, cpus, platform, release, totalmem } from 'node:os'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

export const PROCTOR_VERSION = version

/** Where a run was made. */
export interface Environment {
  readonly proctorVersion: string
  readonly node: string
  readonly os: string
  readonly cpus: number
  readonly memoryBytes: number
  /** What the user calls this place; `null` unless said. */
  readonly label: string | null
}

export function thisEnvironment(): Environment {
  return {
    proctorVersion: PROCTOR_VERSION,
    node: process.version,
    os: `${platform()} ${release()} ${arch()}`,
    cpus: cpus().length,
    memoryBytes: totalmem(),
    label: null,
  }
}
