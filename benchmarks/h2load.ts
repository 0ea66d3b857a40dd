import { users, type Contestant } from './contestant.ts'
import { headersOf } from './load-case.ts'
import { installScript } from './program.ts'

/** What C costs over HTTP/2: a connection for each user, a request at a time on each. */
export const h2load: Contestant = {
  name: 'h2load',
  speaksHttp2: true,
  speaksHttp2Only: true,
  startsWarm: true,
  program: {
    name: 'h2load',
    versionArgv: ['h2load', '--version'],
    versionPattern: /nghttp2\/(\S+)/,
    install: installScript,
  },
  argv: ({ loadCase, url, seconds }) => [
    'h2load',
    '-t1',
    `-c${users}`,
    '-m1',
    `-D${seconds}`,
    ...headersOf(loadCase).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    url + loadCase.path,
  ],
  complaint({ exitCode, stdout }) {
    if (exitCode !== 0) return 'it failed'
    const [, failed] = /^requests: .*, (\d+) failed,/m.exec(stdout) ?? []
    const [, wrong] = /^status codes: \d+ 2xx, (.*)$/m.exec(stdout) ?? []
    if (failed === undefined || wrong === undefined) return 'it did not say what was answered'
    if (!/^Application protocol: h2$/m.test(stdout)) return 'it did not speak HTTP/2'
    return failed === '0' && !/[1-9]/.test(wrong.replaceAll(/\dxx/g, ''))
      ? undefined
      : `${failed} failed, ${wrong}`
  },
}
