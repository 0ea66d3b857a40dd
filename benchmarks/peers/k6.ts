import { users, type Contestant } from '../contestant.ts'
import { cached, installPeers, script } from './cache.ts'

const program = cached('bin/k6')

export const k6: Contestant = {
  name: 'k6',
  startsWarm: true,
  program: {
    name: 'k6',
    versionArgv: [program, 'version'],
    versionPattern: /k6 v?(\S+)/,
    install: `${installPeers} k6`,
  },
  argv: ({ loadCase, url, seconds }) => [
    program,
    'run',
    '--quiet',
    '--no-usage-report',
    '--no-color',
    '--address',
    '',
    '--vus',
    String(users),
    '--duration',
    `${seconds}s`,
    '-e',
    `CASE=${loadCase.name}`,
    '-e',
    `TARGET=${url}`,
    script('k6.js'),
  ],
  /** The script has a threshold on its checks. */
  complaint: ({ exitCode }) =>
    exitCode === 0 ? undefined : exitCode === 99 ? 'a check failed' : 'it failed',
}
