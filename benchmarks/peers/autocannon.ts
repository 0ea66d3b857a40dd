import { users, type Contestant } from '../contestant.ts'
import { headersOf, postedStudent } from '../load-case.ts'
import { cached, installPeers, node } from './cache.ts'

const main = cached('autocannon/node_modules/autocannon/autocannon.js')

export const autocannon: Contestant = {
  name: 'autocannon',
  program: {
    name: 'autocannon',
    versionArgv: [node, main, '--version'],
    versionPattern: /autocannon v(\S+)/,
    install: `${installPeers} autocannon`,
  },
  argv: ({ loadCase, url, seconds }) => [
    node,
    main,
    '-c',
    String(users),
    '-d',
    String(seconds),
    '-m',
    loadCase.method,
    ...headersOf(loadCase).flatMap(([name, value]) => ['-H', `${name}=${value}`]),
    ...(loadCase.method === 'POST' ? ['-b', postedStudent] : []),
    url + loadCase.path,
  ],
  /** Its table goes to stderr; what failed stands in lines of their own. */
  complaint: ({ exitCode, stdout, stderr }) =>
    exitCode === 0
      ? /^.*(?:[1-9]\d* errors|[1-9]\d* 2xx responses, [1-9]\d* non 2xx).*$/m.exec(stdout + stderr)?.[0]
      : 'it failed',
}
