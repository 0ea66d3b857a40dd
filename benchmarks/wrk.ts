import { users, type Contestant } from './contestant.ts'
import { installScript } from './program.ts'

/** The headers that Proctor sends with each request, at constant values and of the same bytes. */
const headers = [
  'Accept: */*',
  'User-Agent: proctor/0.1.0',
  'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-02',
  'X-Request-Id: 0af7651916cd43dd8448eb211c80319c',
]

export const wrk: Contestant = {
  name: 'wrk',
  program: {
    name: 'wrk',
    versionArgv: ['wrk', '--version'],
    versionPattern: /^wrk (?:\S+\/)?(\S+)/,
    install: installScript,
  },
  argv: ({ url, seconds }) => [
    'wrk',
    '-t1',
    `-c${users}`,
    `-d${seconds}s`,
    ...headers.flatMap((header) => ['-H', header]),
    `${url}/students`,
  ],
  complaint: ({ exitCode, stdout }) =>
    exitCode === 0 ? /^ *((?:Socket errors|Non-2xx).*)$/m.exec(stdout)?.[1] : 'it failed',
}
