import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { cli } from '../../src/cli/cli.ts'
import { systemClock } from '../../src/clock/clock.ts'
import { History } from '../../src/history/history.ts'
import { begun, ended, idOf } from '../history/run-told.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'
import { FakeMachine } from './fake-machine.ts'

const ASKED = [
  { name: '/students', count: 84 },
  { method: 'POST', name: '/students', count: 40, failures: 6, signature: '409 The e-mail is taken' },
]

/** A folder in which runs 1 to `count` are kept; each command answers as in a terminal of its own. */
function folderWith(t: TestContext, count: number) {
  const cwd = temporaryFolder(t)
  if (count > 0) {
    const history = History.open(join(cwd, '.proctor'), { clock: systemClock })
    for (let number = 1; number <= count; number++) {
      history.begin(begun(number))
      history.finish(ended(number, ASKED))
    }
    history.close()
  }
  const proctor = async (...args: string[]) => {
    const machine = new FakeMachine(args, { cwd })
    const code = await cli(machine)
    return { code, out: machine.stdout.text, err: machine.stderr.text }
  }
  return { cwd, proctor }
}

test('runs lists what is kept, the newest first', async (t) => {
  const { proctor } = folderWith(t, 2)
  const { code, out, err } = await proctor('runs')
  assert.deepEqual([code, err], [0, ''])
  assert.match(
    out,
    /^Run +When +Scenario +Host +Load +Requests +Failures +p99 +Verdict +State +Name and tags\n/,
  )
  const rows = out.split('\n').slice(3)
  const figures = 'students.ts  127.0.0.1:5000  50 users, 60 s       124         6  13.0  valid    completed'
  assert.match(rows[0]!, new RegExp(`^00000002  20\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d  ${figures}$`))
  assert.match(rows[1]!, /^00000001 /)
})

test('a narrow terminal is left without the columns that say least', async (t) => {
  const { cwd } = folderWith(t, 1)
  const machine = new FakeMachine(['runs'], { cwd, isTTY: true })
  await cli(machine)
  const lines = machine.stdout.text.split('\n')
  assert.ok(lines.every((line) => line.length <= machine.stdout.columns))
  assert.match(lines[0]!, /^Run +When +Scenario +Requests +Failures +p99 +Verdict +State +Name and tags$/)
})

test('runs --json lists them for programs', async (t) => {
  const { proctor } = folderWith(t, 2)
  const runs = JSON.parse((await proctor('runs', '--json')).out) as { runId: string }[]
  assert.deepEqual(
    runs.map(({ runId }) => runId),
    [idOf(2), idOf(1)],
  )
})

test('where no run is kept yet, the next step is said', async (t) => {
  const { cwd, proctor } = folderWith(t, 0)
  assert.deepEqual(await proctor('runs'), {
    code: 0,
    out: `No run is kept in ${cwd}/.proctor yet: proctor run my-test.ts -H http://127.0.0.1:5000 keeps each.\n`,
    err: '',
  })
  assert.deepEqual(await proctor('explain'), {
    code: 2,
    out: '',
    err: 'proctor: there is no such run: last; no run is kept here yet: proctor run keeps each\n',
  })
})

test('runs are tagged, renamed and deleted by whatever means them', async (t) => {
  const { proctor } = folderWith(t, 2)
  const said: string[] = []
  for (const args of [
    ['tag', 'last', 'baseline'],
    ['rename', 'baseline', 'with', 'an index'],
    ['untag', 'with an index', 'baseline'],
    ['untag', 'last', 'baseline'],
    ['rename', 'last'],
    ['delete', '00000001'],
  ]) {
    const { code, out, err } = await proctor('runs', ...args)
    assert.deepEqual([code, err], [0, ''])
    said.push(out.trim())
  }
  assert.deepEqual(said, [
    'Run 00000002 is tagged baseline.',
    'Run 00000002 is called with an index.',
    'Run 00000002 is no longer tagged baseline.',
    'Run 00000002 was not tagged baseline.',
    'Run 00000002 has no name.',
    'Run 00000001 is deleted.',
  ])
  assert.equal((JSON.parse((await proctor('runs', '--json')).out) as unknown[]).length, 1)
})

for (const [args, message] of [
  [['explain', '0000000'], 'more than one run is meant: 0000000 is the beginning of 00000002, 00000001'],
  [['explain', 'lats'], 'there is no such run: lats; did you mean last?'],
  [['report', 'zzzzzzzz'], 'there is no such run: zzzzzzzz; there are 00000002, 00000001'],
  [
    ['runs', 'delete', 'x'.repeat(30)],
    `there is no such run: ${'x'.repeat(30)}; there are 00000002, 00000001`,
  ],
  [
    ['runs', 'tag', 'last', 'two words'],
    'a name or tag is not of the expected form: expected a tag of 1 to 50 letters, digits and - _ . / : =, got "two words"',
  ],
] as const) {
  test(`${args.join(' ')}: exit 2, in words`, async (t) => {
    const { proctor } = folderWith(t, 2)
    assert.deepEqual(await proctor(...args), { code: 2, out: '', err: `proctor: ${message}\n` })
  })
}

test('a subcommand that is not there: the nearest', async (t) => {
  const { proctor } = folderWith(t, 0)
  const { code, err } = await proctor('runs', 'tga', 'last', 'x')
  assert.equal(code, 2)
  assert.match(err, /proctor runs --help|Did you mean tag\?/)
})

test('explain shows the end of a run once more, of a kept one and of a JSON report', async (t) => {
  const { cwd, proctor } = folderWith(t, 2)
  const { code, out, err } = await proctor('explain', '00000001')
  assert.deepEqual([code, err], [0, ''])
  assert.match(out, /^Run 00000001 of 20\d\d-\d\d-\d\d \d\d:\d\d, completed\n\n124 requests in 1\.0 s/)
  assert.match(out, /\nAggregated +124 +6 /)
  assert.match(out, /\n6 of 40 POST \/students failed with 409 The e-mail is taken/)
  writeFileSync(join(cwd, 'run.json'), (await proctor('report', '00000001', '--format', 'json')).out)
  assert.equal((await proctor('explain', 'run.json')).out, out.slice(out.indexOf('\n\n') + 2))
})

for (const [content, message] of [
  ['{"schema":"k6/summary"}', 'expected a report with schema "proctor/run@1", got "k6/summary"'],
  ['[]', 'expected a report with schema "proctor/run@1", got none'],
  ['{"schema":"proctor/run@1"}', 'expected a whole report'],
  ['not JSON', 'expected a JSON report'],
] as const) {
  test(`explain of a file with ${content}: exit 2`, async (t) => {
    const { cwd, proctor } = folderWith(t, 0)
    writeFileSync(join(cwd, 'run.json'), content)
    const { code, err } = await proctor('explain', 'run.json')
    assert.equal(code, 2)
    assert.ok(err.startsWith(`proctor: ${cwd}/run.json: ${message}`), err)
  })
}

test('explain of a file that is not there: exit 2', async (t) => {
  const { cwd, proctor } = folderWith(t, 0)
  const { code, err } = await proctor('explain', 'none.json')
  assert.deepEqual([code, err], [2, `proctor: ${cwd}/none.json: expected a file that can be read (ENOENT)\n`])
})

test('report writes a page, to a file for its owner only', async (t) => {
  const { cwd, proctor } = folderWith(t, 1)
  const { out } = await proctor('report')
  assert.match(out, /^# Load Testing - students\.ts against http:\/\/127\.0\.0\.1:5000\n/)
  assert.deepEqual(await proctor('report', 'last', '--out', 'PAGE.md'), { code: 0, out: '', err: '' })
  assert.equal(readFileSync(join(cwd, 'PAGE.md'), 'utf8'), out)
  assert.equal(statSync(join(cwd, 'PAGE.md')).mode & 0o777, 0o600)
})

test('report in a format, or to a place, that is not there: exit 2', async (t) => {
  const { proctor } = folderWith(t, 1)
  assert.match((await proctor('report', '--format', 'xml')).err, /Allowed choices are markdown, json/)
  const { code, err } = await proctor('report', '--out', '/no/PAGE.md')
  assert.deepEqual([code, err], [2, 'proctor: --out: expected a folder that can be written to, got /no\n'])
})
