import assert from 'node:assert/strict'
import { type ExecFileOptions, execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { loopback } from '../engine/loopback.ts'

const PACKAGE = new URL('../../', import.meta.url).pathname
const { dependencies, version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>
  version: string
}
const TSC = new URL('../../../../node_modules/.bin/tsc', import.meta.url).pathname

/** As in a shell of its own: the Node of this test first, and nothing of the npm that runs it. */
const ENVIRONMENT: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_)/i.test(name))),
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
}

const SCENARIO = `import { between, csv, defineUser, type HttpResponse, trend, url } from 'proctor'
import { idOf } from './answers.ts'

const students = csv<{ name: string }>('students.csv')
const sizes = trend('size', { unit: 'bytes' })

export const Visitor = defineUser({
  waitTime: between(0.01, 0.02),
  state: () => ({ last: 0 }),
  tasks: {
    async create({ http, state, take }) {
      const answer: HttpResponse = await http.post('/students', { json: await take(students) })
      state.last = idOf(answer)
      sizes.record(answer.bodyBytes)
    },
    read: ({ http, state }) => http.get(url\`/students/\${{ id: state.last }}\`),
  },
})
`
const HELPER = `import type { HttpResponse } from 'proctor'

export function idOf(answer: HttpResponse): number {
  return answer.json<{ id: number }>().id
}
`

const STRICT = {
  module: 'nodenext',
  target: 'esnext',
  strict: true,
  noEmit: true,
  skipLibCheck: false,
  allowImportingTsExtensions: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
}

describe('the package', { concurrency: 2 }, () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'proctor-package-'))
  const project = join(folder, 'project')
  const inProject = (name: string): string => join(project, name)
  let packed: string[]

  /** Rejects with what it said where it does not end with 0. */
  async function call(command: string, args: readonly string[], { cwd = project }: ExecFileOptions = {}) {
    const { stdout } = await promisify(execFile)(command, args, { cwd, env: ENVIRONMENT, encoding: 'utf8' })
    return stdout
  }
  const proctor = (...args: string[]): Promise<string> => call('npx', ['--no-install', 'proctor', ...args])

  before(async () => {
    await call('npm', ['pack', '--pack-destination', folder], { cwd: PACKAGE })
    const tarball = join(folder, `proctor-${version}.tgz`)
    packed = (await call('tar', ['-tzf', tarball], { cwd: folder })).trim().split('\n')
    mkdirSync(project)
    writeFileSync(inProject('package.json'), JSON.stringify({ name: 'shop', type: 'commonjs' }))
    const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--save-dev']
    await call('npm', ['install', ...flags, tarball])
    writeFileSync(inProject('my-test.ts'), SCENARIO)
    writeFileSync(inProject('answers.ts'), HELPER)
    writeFileSync(inProject('students.csv'), 'name\nAda\nBob\n')
  })
  after(() => rmSync(folder, { recursive: true }))

  test('holds what it runs, its types, its page and its docs, and nothing else', () => {
    const named =
      /^package\/(bin\/proctor\.js|dist\/.+\.(js|d\.ts)|page\/(index\.html|favicon\.svg|assets\/.+\.(js|css))|docs\/(journeys|reference)\.md|package\.json|README\.md|LICENSE)$/
    assert.deepEqual(
      packed.filter((file) => !named.test(file)),
      [],
    )
    for (const file of [
      'dist/cli/main.js',
      'dist/run/worker-thread.js',
      'dist/index.d.ts',
      'page/index.html',
    ])
      assert.ok(packed.includes(`package/${file}`), file)
  })

  test('asks for two packages of others, at exact versions', () => {
    assert.deepEqual(Object.keys(dependencies), ['commander', 'ws'])
    for (const exact of Object.values(dependencies)) assert.match(exact, /^\d+\.\d+\.\d+$/)
  })

  test('runs a scenario of TypeScript in two threads, without any configuration', async (t) => {
    const { host, seen } = await loopback(t, (_, reply) => reply.end('{"id":7}'))
    const files = ['--json-file', 'run.json', '--html', 'run.html', '--no-history']
    const load = ['-u', '4', '-r', '100', '-t', '1s', '--threads', '2']
    const said = await proctor('run', 'my-test.ts', '-H', host, ...load, ...files)
    assert.match(said, /\nAggregated /)
    const { total, requests } = JSON.parse(readFileSync(inProject('run.json'), 'utf8')) as {
      total: { count: number }
      requests: { name: string }[]
    }
    assert.equal(total.count, seen.length)
    assert.deepEqual(requests.map(({ name }) => name).toSorted(), ['/students', '/students/{id}'])
    assert.match(readFileSync(inProject('run.html'), 'utf8'), /^<!doctype html>/i)
  })

  for (const [kind, manifest, file] of [
    ['of type module', { type: 'module' }, 'load-test.ts'],
    ['of type commonjs', { type: 'commonjs' }, 'load-test.mts'],
    ['that does not say its type', {}, 'load-test.mts'],
    ['without package.json', undefined, 'load-test.ts'],
  ] as const) {
    test(`init in a project ${kind}: ${file} is well typed, and runs`, async (t) => {
      const { host, seen } = await loopback(t)
      const cwd = manifest === undefined ? join(folder, 'bare') : inProject(kind)
      mkdirSync(cwd)
      if (manifest !== undefined) writeFileSync(join(cwd, 'package.json'), JSON.stringify(manifest))
      const bin = inProject('node_modules/.bin/proctor')
      const said = await call(bin, ['init'], { cwd })
      assert.match(said, new RegExp(`^Wrote ${file}\\.`))
      assert.match(await call(bin, ['run', file, '-H', host, '--once'], { cwd }), /2 requests, 0 failures/)
      assert.deepEqual(seen, ['GET /', 'GET /'])
      if (manifest === undefined)
        return assert.match(said, /\nSo that editors .*: npm install --save-dev proctor\n/)
      const compilerOptions = { ...STRICT, verbatimModuleSyntax: true }
      writeFileSync(join(cwd, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
      assert.equal(await call(TSC, ['-p', cwd], { cwd }), '')
    })
  }

  test('types need no other package, and find what is wrong', async () => {
    const compilerOptions = { ...STRICT, rootDir: '.' }
    const typed = (...files: string[]): Promise<string> => {
      writeFileSync(inProject('tsconfig.json'), JSON.stringify({ compilerOptions, files }))
      return call(TSC, ['-p', project])
    }
    assert.equal(await typed('my-test.ts'), '')
    writeFileSync(
      inProject('wrong.ts'),
      SCENARIO.replace('json: await take(students)', 'json: await take(sizes)'),
    )
    await assert.rejects(typed('wrong.ts'), ({ stdout }: { stdout: string }) => {
      assert.match(stdout, /^wrong\.ts\(12,\d+\): error TS\d+: Type 'Trend' /)
      return true
    })
  })

  test('each name that a scenario may use says what it is, its members too', () => {
    const types = new Map(
      packed
        .filter((file) => file.endsWith('.d.ts'))
        .map((file) => [
          file,
          readFileSync(inProject(file.replace('package', 'node_modules/proctor')), 'utf8'),
        ]),
    )
    const door = types.get('package/dist/index.d.ts')!
    const names = [...door.matchAll(/\{([^}]*)\}/g)].flatMap(
      ([, list]) => list!.match(/\b(?!type\b)\w+/g) ?? [],
    )
    assert.ok(names.length > 50, `${names.length} names`)
    const all = [...types.values()].join('\n')
    assert.deepEqual(
      names.flatMap((name) => undocumented(all, name)),
      [],
    )
  })
})

/** Made by Proctor alone: a scenario hands them on as they are. */
const OPAQUE = new Set(['UserClass', 'Feed', 'LoadShape', 'TestHooks'])

/** What of the declaration of `name`, and of the members of an interface or a class, has no comment before it. */
function undocumented(types: string, name: string): string[] {
  const lines = types.split('\n')
  const isFirst = new RegExp(
    String.raw`^export (declare )?(abstract )?(class|interface|type|function|const) ${name}\b`,
  )
  const start = lines.findIndex((line) => isFirst.test(line))
  if (start < 0) return [`${name} (not declared)`]
  const has = (line: number): boolean => lines[line - 1]!.trimEnd().endsWith('*/')
  const own = has(start) ? [] : [name]
  if (OPAQUE.has(name) || !/\b(class|interface)\b/.test(lines[start]!)) return own
  const end = lines.findIndex((line, index) => index > start && line.startsWith('}'))
  const members = lines
    .slice(start + 1, end)
    .map((line, index) => [/^    (?:readonly |get )?(\w+)[?(:<]/.exec(line)?.[1], start + 1 + index] as const)
    .filter(([member, line]) => member !== undefined && member !== 'constructor' && !has(line))
  return [...own, ...members.map(([member]) => `${name}.${member}`)]
}
