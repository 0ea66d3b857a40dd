import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseThresholds } from '../../src/threshold/parse-thresholds.ts'
import { loadScenario } from '../../src/scenario/load-scenario.ts'
import { ScenarioError } from '../../src/scenario/scenario-error.ts'
import { temporaryFolder } from './temporary-folder.ts'

const USER = `defineUser({ tasks: { home: ({ http }) => http.get('/') } })`
const GOOD = `import { defineUser } from 'proctor'\nexport const Visitor = ${USER}\n`
const TYPED = `import { defineUser, type User } from 'proctor'
const home = async ({ http }: User): Promise<void> => void (await http.get('/'))
export const Visitor = defineUser({ tasks: { home } })
`

const GOOD_FILES: [string, string][] = [
  ['visit.ts', TYPED],
  ['visit.mts', TYPED],
  ['visit.js', GOOD],
  ['visit.mjs', GOOD],
]

for (const [name, content] of GOOD_FILES) {
  test(`loads ${name}, also where package.json says commonjs`, async (t) => {
    for (const type of ['module', 'commonjs']) {
      const folder = temporaryFolder(t, { 'package.json': `{ "type": "${type}" }`, [name]: content })
      const { users } = await loadScenario(join(folder, name))
      assert.deepEqual([...users.keys()], ['Visitor'])
      assert.deepEqual(
        users.get('Visitor')!.tasks.map((task) => task.name),
        ['home'],
      )
    }
  })
}

test('loads a scenario through a symbolic link', async (t) => {
  const folder = temporaryFolder(t, { 'package.json': '{ "type": "commonjs" }', 'real.js': GOOD })
  symlinkSync(join(folder, 'real.js'), join(folder, 'link.js'))
  assert.deepEqual([...(await loadScenario(join(folder, 'link.js'))).users.keys()], ['Visitor'])
})

test('what a scenario imports is a module where it is written as one, also where package.json says commonjs', async (t) => {
  const folder = temporaryFolder(t, {
    'package.json': '{ "type": "commonjs" }',
    'it.ts': `import { name } from './module.ts'\nimport { other } from './common.ts'\n${GOOD}export const names = [name, other]`,
    'module.ts': `export const name: string = 'module'`,
    'common.ts': `const { join } = require('node:path')\nmodule.exports = { other: join('a', 'b') as string }`,
  })
  assert.equal((await loadScenario(join(folder, 'it.ts'))).users.size, 1)
})

test('names a default export after its file', async (t) => {
  const folder = temporaryFolder(t, {
    'shop.ts': `import { defineUser } from 'proctor'\nexport default ${USER}`,
  })
  assert.deepEqual([...(await loadScenario(join(folder, 'shop.ts'))).users.keys()], ['shop'])
})

test('finds users that another file declares, each once, and leaves other exports alone', async (t) => {
  const folder = temporaryFolder(t, {
    'users.ts': GOOD,
    'all.ts': `export * from './users.ts'\nexport { Visitor as Again } from './users.ts'\nexport const rate = 5`,
  })
  assert.equal((await loadScenario(join(folder, 'all.ts'))).users.size, 1)
})

test('reads the thresholds it exports; none where it exports none', async (t) => {
  const folder = temporaryFolder(t, {
    'it.ts': `${GOOD}export const thresholds = ['GET / p99<1s', 'failures<1%, max<2s over 5s']`,
    'none.ts': GOOD,
  })
  const { thresholds } = await loadScenario(join(folder, 'it.ts'))
  assert.deepEqual(
    thresholds.map(({ expression }) => expression),
    ['GET / p99<1s', 'failures<1%', 'max<2s over 5s'],
  )
  assert.deepEqual((await loadScenario(join(folder, 'none.ts'))).thresholds, [])
})

test('refuses a threshold of the command line on a metric that it does not declare', async (t) => {
  const folder = temporaryFolder(t, { 'it.ts': GOOD })
  await assert.rejects(
    loadScenario(join(folder, 'it.ts'), { thresholds: parseThresholds('metric orders sum>1') }),
    {
      message: 'expected a threshold of a metric of this scenario (it declares none); got orders',
    },
  )
})

test('waits for a top-level await', async (t) => {
  const folder = temporaryFolder(t, {
    'late.ts': `import { setTimeout } from 'node:timers/promises'\nawait setTimeout(5)\n${GOOD}`,
  })
  assert.equal((await loadScenario(join(folder, 'late.ts'))).users.size, 1)
})

interface Refusal {
  files: Record<string, string>
  /** Behind the folder; with the line where there is one. */
  place: RegExp
  message: RegExp
}

const IMPORT = `import { defineUser } from 'proctor'\n`

/** The scenario is always `it.ts` or `it.js`. */
const REFUSED: Record<string, Refusal> = {
  'a syntax error in TypeScript': {
    files: { 'it.ts': `${IMPORT}\nexport const A = defineUser({ tasks: { home( } })` },
    place: /^it\.ts:3$/,
    message: /^SyntaxError: /,
  },
  'a syntax error in JavaScript': {
    files: { 'it.js': `${IMPORT}\n\nexport const A = defineUser({ tasks: { home( } })` },
    place: /^it\.js:4$/,
    message: /^SyntaxError: /,
  },
  'a syntax error in a file that it imports': {
    files: {
      'it.ts': `${IMPORT}import './broken.js'`,
      'package.json': '{ "type": "module" }',
      'broken.js': 'const = 1',
    },
    place: /^broken\.js$/,
    message: /^SyntaxError: /,
  },
  'an enum, which Node cannot strip': {
    files: { 'it.ts': `${IMPORT}enum Color { Red }` },
    place: /^it\.ts:2$/,
    message: /got TypeScript enum: write const Color = \{ Red: 0 \} as const instead$/,
  },
  'a parameter property': {
    files: { 'it.ts': `class A { constructor(private a: number) {} }` },
    place: /^it\.ts:1$/,
    message: /got TypeScript parameter property: write plain JavaScript instead$/,
  },
  'a package that is not installed': {
    files: { 'it.ts': `${IMPORT}\nimport { faker } from '@faker-js/not-there'` },
    place: /^it\.ts:3$/,
    message: /npm install @faker-js\/not-there$/,
  },
  'a file that is not there': {
    files: { 'it.ts': `${IMPORT}import './nope.ts'` },
    place: /^it\.ts:2$/,
    message: /^expected .*nope\.ts, which is imported here, to be a file$/,
  },
  'an import without the ending': {
    files: { 'it.ts': `${IMPORT}import './data'`, 'data.ts': '' },
    place: /^it\.ts:2$/,
    message: /; there is data\.ts: imports name the file with its ending$/,
  },
  'a name that proctor does not export': {
    files: { 'it.ts': `import { defineUsers } from 'proctor'` },
    place: /^it\.ts:1$/,
    message: /does not provide an export named 'defineUsers'/,
  },
  'an error as it is run': {
    files: {
      'it.ts': `${IMPORT}\nfunction connect(): never {\n  throw new TypeError('no database')\n}\nconnect()`,
    },
    place: /^it\.ts:4:9$/,
    message: /^TypeError: no database$/,
  },
  'an error in a function of another file: the line that called it': {
    files: {
      'it.ts': `import { connect } from './db.ts'\n\nconnect()`,
      'db.ts': `export const connect = () => { throw new Error('no') }`,
    },
    place: /^it\.ts:3:1$/,
    message: /^Error: no$/,
  },
  'something thrown that is no error': {
    files: { 'it.ts': `throw 'out of tea'` },
    place: /^it\.ts$/,
    message: /^it threw "out of tea" as it was loaded$/,
  },
  'a negative weight': {
    files: { 'it.ts': `${IMPORT}export const A = defineUser({ tasks: { home() {} }, weight: -1 })` },
    place: /^it\.ts:2:18$/,
    message: /^expected weight > 0; got -1$/,
  },
  'a wait of NaN': {
    files: { 'it.ts': `import { between } from 'proctor'\n\nbetween(1, NaN)` },
    place: /^it\.ts:3:1$/,
    message: /^expected between\(low, high\): 0 ≤ low ≤ high; got 1, NaN$/,
  },
  'a threshold that cannot be read': {
    files: { 'it.ts': `${GOOD}export const thresholds = [\n  'p99<1s',\n  'max<fast',\n]` },
    place: /^it\.ts:5$/,
    message: /^thresholds: expected a duration such as .* at character 5 of "max<fast", got "fast"$/,
  },
  'a threshold that cannot be read, of another file': {
    files: {
      'it.ts': `${GOOD}export * from './limits.ts'`,
      'limits.ts': `export const thresholds = ['p99<' + 1]`,
    },
    place: /^it\.ts$/,
    message: /^thresholds: expected a duration such as .* at character 5 of "p99<1", got "1"$/,
  },
  'an empty threshold': {
    files: { 'it.ts': `${GOOD}export const thresholds = ['']` },
    place: /^it\.ts$/,
    message: /^thresholds: expected a condition such as .* and got nothing$/,
  },
  'thresholds that are no list': {
    files: { 'it.ts': `${GOOD}export const thresholds = { p99: 200 }` },
    place: /^it\.ts$/,
    message: /^expected thresholds to be conditions, such as .*; got \{ p99 \}$/,
  },
  'a threshold that is no text': {
    files: { 'it.ts': `${GOOD}export const thresholds = ['p99<1s', 200]` },
    place: /^it\.ts$/,
    message: /^expected thresholds to be conditions, such as .*; got 200$/,
  },
  'more thresholds than are meant': {
    files: { 'it.ts': `${GOOD}export const thresholds = Array(201).fill('p99<1s')` },
    place: /^it\.ts$/,
    message: /^expected at most 200 thresholds; got 201$/,
  },
  'a threshold of a metric that is not declared': {
    files: {
      'it.ts': `import { counter } from 'proctor'\n${GOOD}counter('orders')\nexport const thresholds = [\n'metric ordres sum>1']`,
    },
    place: /^it\.ts:6$/,
    message: /^expected a threshold of a metric of this scenario \(it declares orders\); got ordres$/,
  },
  'a threshold of a figure that the metric has not': {
    files: {
      'it.ts': `import { counter } from 'proctor'\n${GOOD}counter('orders')\nexport const thresholds = ['metric orders p99<1']`,
    },
    place: /^it\.ts:5$/,
    message: /^expected of the counter orders one of sum, rate; got metric orders p99<1$/,
  },
  'no exported user': {
    files: { 'it.ts': `${IMPORT}const A = ${USER}\nexport const B = { tasks: {} }` },
    place: /^it\.ts$/,
    message: /^expected at least one exported user, such as: export const Visitor = defineUser\(\{ … \}\)$/,
  },
  'a folder': { files: { 'it.ts/inner.ts': '' }, place: /^it\.ts$/, message: /; this is a folder$/ },
  'no file': { files: {}, place: /^it\.ts$/, message: /^expected a scenario file; there is none$/ },
}

for (const [what, { files, place, message }] of Object.entries(REFUSED)) {
  test(`refuses ${what}`, async (t) => {
    const folder = temporaryFolder(t, files)
    const scenario = join(folder, 'it.js' in files ? 'it.js' : 'it.ts')
    await assert.rejects(loadScenario(scenario), (error) => {
      assert.ok(error instanceof ScenarioError, String(error))
      assert.match(error.message, message)
      assert.ok(error.place?.startsWith(`${folder}/`), String(error.place))
      assert.match(error.place?.slice(folder.length + 1) ?? '', place)
      return true
    })
  })
}
