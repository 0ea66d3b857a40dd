import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import type { Finding } from '../../src/analysis/finding.ts'
import { expectedRepeats } from '../../src/analysis/range.ts'
import { cli } from '../../src/cli/cli.ts'
import type { Report } from '../../src/report/report.ts'
import { FakeMachine } from '../cli/fake-machine.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'
import { uniqueService } from './unique-service.ts'

interface Variant {
  readonly what: string
  /** Draws a whole number from 1000 on. */
  readonly draw: string
  readonly values: number
  readonly field: string
  readonly status: number
}

const VARIANTS: readonly Variant[] = [
  { what: "the seed's run", draw: 'random.integer(1000, 9999)', values: 9_000, field: 'email', status: 500 },
  {
    what: 'Math.random',
    draw: '1000 + Math.floor(Math.random() * 9000)',
    values: 9_000,
    field: 'email',
    status: 500,
  },
  { what: 'another field', draw: 'random.integer(1000, 9999)', values: 9_000, field: 'serial', status: 500 },
  { what: 'another range', draw: 'random.integer(1000, 4999)', values: 4_000, field: 'email', status: 500 },
  { what: 'another status', draw: 'random.integer(1000, 9999)', values: 9_000, field: 'email', status: 409 },
]

describe('a repeat of what must be unique is found, whatever it is', () => {
  for (const variant of VARIANTS) {
    test(variant.what, async (t) => {
      const { host } = await uniqueService(t, variant.field, variant.status)
      const { findings, failures, generator } = await reportOf(t, host, variant)
      const [failed] = failures
      const repeated = findings.find(({ id }) => id === 'repeated-input')!
      assert.deepEqual(
        [findings[0]!.id, repeated.certainty],
        ['repeated-input', failed!.count < 12 ? repeated.certainty : 'certain'],
      )
      assert.equal(repeated.explains!.failures, failed!.count)
      const passing = new RegExp(
        `the ${variant.field} had been sent before in this run \\(${failed!.count} of ${failed!.count} failing, 0 of \\d+ passing\\)`,
      )
      assert.match(repeated.title, passing)
      rangeContains(repeated, variant.values)
      assert.equal(
        findings.some(({ id }) => id === 'wrong-status'),
        variant.status === 500,
      )
      // On a machine that is busy with other things the generator may be sick, and then nothing is said of the service.
      if (generator.verdict !== 'void')
        assert.match(findings.find(({ id }) => id === 'rate')!.title, /^Think time .*is unknown\.$/)
    })
  }

  test('what an earlier run has left is told apart from what this one repeats', async (t) => {
    const earlier = Array.from({ length: 300 }, (_, i) => `thing${1_000 + 3 * i}@example.com`)
    const { host } = await uniqueService(t, 'email', 409, earlier)
    const variant = { ...VARIANTS[0]!, draw: 'random.integer(1000, 1999)' }
    const [finding] = (await reportOf(t, host, variant)).findings
    assert.match(
      finding!.title,
      /the email was taken: \d+ had been sent before in this run, \d+ the service had from before\.$/,
    )
  })
})

async function reportOf(t: TestContext, host: string, { draw, field }: Variant): Promise<Report> {
  const scenario = `import { between, defineUser } from 'proctor'
export const Poster = defineUser({
  waitTime: between(0.05, 0.07),
  tasks: {
    list: { weight: 1, run: ({ http }) => http.get('/things') },
    create: { weight: 2, run({ http, random }) {
      const id = ${draw}
      return http.post('/things', { json: { domain: 'Engineering', gpa: random.float(6, 10, 2), ${field}: 'thing' + id + '@example.com' } })
    } },
  },
})\n`
  const cwd = temporaryFolder(t, { 'it.ts': scenario })
  const machine = new FakeMachine(
    ['run', 'it.ts', '-H', host, '-u', '25', '-r', '1000', '-t', '30s', '--iterations', '900', '--json'],
    { cwd },
  )
  await cli(machine)
  return JSON.parse(machine.stdout.text) as Report
}

/** An interval of 95 % misses one in twenty (range.test.ts counts them); one of 1.8 times its reach, on either side, one in 2,000. */
function rangeContains({ evidence }: Finding, values: number): void {
  const words = evidence.find((sentence) => sentence.startsWith('By its repeats')) ?? ''
  const [low, high] = numbersOf(/from ([\d,]+) to ([\d,]+) values \(95 %\)/, words)
  const best = Math.sqrt(low! * high!)
  const [least, most] = [low!, high!].map((end) => best * (end / best) ** 1.8)
  assert.ok(least! <= values && values <= most!, words)
  const [span, min, max, draws, expected] = numbersOf(
    /span ([\d,]+), from (\d+) to (\d+)\. Of ([\d,]+) draws from so many about ([\d.]+) are repeats/,
    words,
  )
  assert.equal(span, max! - min! + 1)
  assert.ok(Math.abs(expected! - expectedRepeats(draws!, span)) < 0.06, words)
}

function numbersOf(pattern: RegExp, words: string): number[] {
  return (pattern.exec(words) ?? []).slice(1).map((text) => Number(text.replaceAll(',', '')))
}
