import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { users, type Contestant } from './contestant.ts'
import { headersOf, postedStudent } from './load-case.ts'
import { installScript } from './program.ts'

export const wrk: Contestant = {
  name: 'wrk',
  speaksTls: true,
  startsWarm: true,
  program: {
    name: 'wrk',
    versionArgv: ['wrk', '--version'],
    versionPattern: /^wrk (?:\S+\/)?(\S+)/,
    install: installScript,
  },
  argv: ({ loadCase, url, seconds, folder }) => [
    'wrk',
    '-t1',
    `-c${users}`,
    `-d${seconds}s`,
    ...headersOf(loadCase).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    ...(loadCase.method === 'POST' ? ['-s', postScript(folder)] : []),
    url + loadCase.path,
  ],
  complaint: ({ exitCode, stdout }) =>
    exitCode === 0 ? /^ *((?:Socket errors|Non-2xx).*)$/m.exec(stdout)?.[1] : 'it failed',
}

/** Without a `request` function wrk builds its request once, and Lua runs no more: what is measured is C. */
function postScript(folder: string): string {
  const file = join(folder, 'post.lua')
  writeFileSync(file, `wrk.method = "POST"\nwrk.body = [[${postedStudent}]]\n`)
  return file
}
