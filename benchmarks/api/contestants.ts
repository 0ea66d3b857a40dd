import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A server of students, started on a port with a fresh folder for its database. */
export interface ApiContestant {
  readonly name: string
  readonly version: string
  /** What a 201 of it stands for. */
  readonly durability: string
  argv(place: { port: string; folder: string }): readonly string[]
}

const sourceOf = (path: string): string => new URL(path, import.meta.url).pathname
const node = process.execPath

/** Sends constant answers; `body.json` of its folder is the list. What the others are measured by. */
export const bareServer: ApiContestant = {
  name: 'bare node:http',
  version: process.version,
  durability: 'nothing is kept',
  argv: ({ port, folder }) => [node, sourceOf('bare-server.ts'), port, `${folder}/body.json`],
}

export const studentsApi: ApiContestant = {
  name: 'students-api',
  version: process.version,
  durability: 'on the disk (WAL, synchronous=FULL), many to one sync',
  argv: ({ port, folder }) => {
    const main = sourceOf('../../services/students-api/src/main.ts')
    return [node, main, '--port', port, '--db', `${folder}/students.db`]
  },
}

export const naiveFastify: ApiContestant = {
  name: 'Fastify, naively',
  version: versionOf('fastify'),
  durability: 'on the disk (rollback journal, synchronous=FULL), each by itself',
  argv: ({ port, folder }) => [node, sourceOf('naive-fastify.ts'), port, `${folder}/students.db`],
}

/** The seed's stack, with the first Python that has Flask; or how to get it. */
export function flask(): ApiContestant | string {
  for (const python of ['python3', '/usr/bin/python3']) {
    const version = flaskVersion(python)
    if (version !== undefined) return flaskOn(python, version)
  }
  return 'Flask is missing: apt-get install python3-flask'
}

function flaskOn(python: string, version: string): ApiContestant {
  const serve = [python, '-m', 'flask', '--app', `${sourceOf('flask_app.py')}:create_app`, 'run', '--port']
  return {
    name: 'Flask + sqlite3',
    version,
    durability: 'on the disk (rollback journal, synchronous=FULL), each by itself',
    argv: ({ port, folder }) => ['env', `DATABASE=${folder}/students.db`, ...serve, port],
  }
}

function flaskVersion(python: string): string | undefined {
  const ask = 'from importlib.metadata import version; import flask; print(version("flask"))'
  const { status, stdout } = spawnSync(python, ['-c', ask], { encoding: 'utf8', timeout: 10_000 })
  return status === 0 ? stdout.trim() : undefined
}

function versionOf(dependency: string): string {
  const manifest = JSON.parse(readFileSync(sourceOf('../package.json'), 'utf8'))
  return manifest.dependencies[dependency]
}
