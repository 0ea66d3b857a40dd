import { users, type Contestant } from '../contestant.ts'
import { cached, installPeers, script } from './cache.ts'

const program = cached('locust/bin/locust')

/** Locust with its own client for users, on `requests`. */
export const locustHttp = locust('Locust HttpUser', 'Http')

/** Locust with the faster one, on geventhttpclient. */
export const locustFast = locust('Locust FastHttpUser', 'Fast')

function locust(name: string, client: 'Http' | 'Fast'): Contestant {
  return {
    name,
    startsWarm: true,
    program: {
      name: 'locust',
      versionArgv: [program, '--version'],
      versionPattern: /locust (\S+)/,
      install: `${installPeers} locust`,
    },
    /** Its clock runs before its users do, hence the second more. */
    argv: ({ loadCase, url, seconds }) => [
      'env',
      `CASE=${loadCase.name}`,
      program,
      '-f',
      script('locustfile.py'),
      '-H',
      url,
      '--headless',
      '--only-summary',
      '--skip-log-setup',
      '-u',
      String(users),
      '-r',
      String(users),
      '-t',
      `${seconds + 1}s`,
      `${client}Client`,
    ],
    /** It exits with 1 when a request failed. */
    complaint: ({ exitCode }) =>
      exitCode === 0 ? undefined : exitCode === 1 ? 'a request failed' : 'it failed',
  }
}
