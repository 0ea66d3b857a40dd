import { users, type Contestant } from '../contestant.ts'
import { headersOf, postedStudent } from '../load-case.ts'
import { cached, installPeers } from './cache.ts'

const program = cached('bin/oha')

export const oha: Contestant = {
  name: 'oha',
  startsWarm: true,
  program: {
    name: 'oha',
    versionArgv: [program, '--version'],
    versionPattern: /oha (\S+)/,
    install: `${installPeers} oha`,
  },
  argv: ({ loadCase, url, seconds }) => [
    program,
    '-c',
    String(users),
    '-z',
    `${seconds}s`,
    '-m',
    loadCase.method,
    '--no-tui',
    '--output-format',
    'json',
    '--disable-compression',
    ...headersOf(loadCase).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    ...(loadCase.method === 'POST' ? ['-d', postedStudent] : []),
    url + loadCase.path,
  ],
  complaint({ exitCode, stdout }, { loadCase }) {
    if (exitCode !== 0) return 'it failed'
    const codes = /"statusCodeDistribution": *\{([^}]*)\}/.exec(stdout)?.[1] ?? ''
    const errors = /"errorDistribution": *\{([^}]*)\}/.exec(stdout)?.[1] ?? ''
    // What is under way at the end it gives up, and counts as an error.
    const unexpected = [...errors.matchAll(/"([^"]+)": *\d+/g)].find(
      ([, error]) => error !== 'aborted due to deadline',
    )
    if (unexpected !== undefined) return unexpected[0]
    return [...codes.matchAll(/"(\d+)"/g)].every(([, code]) => Number(code) === loadCase.status) &&
      codes !== ''
      ? undefined
      : `answers by status: ${codes.trim()}`
  },
}
