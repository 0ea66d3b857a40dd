import { parseArgs } from 'node:util'
import { examine, type Outcome } from './examination.ts'
import { FAULTS, PAIRS } from './faults.ts'

const USAGE = `usage: npm run laboratory -- [--seeds 21-40] [--fault NAME]… [--verbose]

Runs a load against small services in which one thing goes wrong, or two, or nothing, and compares what the run says with
the truth. Seeds 1-20 are for tuning, others for judging. Some 4 s a case; by default one seed of each.
`

interface Case {
  readonly name: string
  readonly faults: readonly string[]
}

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '21' },
    fault: { type: 'string', multiple: true },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  },
})

const CASES: readonly Case[] = [
  ...Object.keys(FAULTS).map((name) => ({ name, faults: [name] })),
  ...PAIRS.map((faults) => ({ name: faults.join(' + '), faults })),
  { name: 'no fault', faults: [] },
]

process.exitCode = values.help ? (process.stdout.write(USAGE), 0) : await main()

async function main(): Promise<number> {
  const [from, to = from] = values.seeds.split('-').map(Number)
  const cases = CASES.filter(({ name }) => values.fault === undefined || values.fault.includes(name))
  const counts: Record<Outcome['verdict'], number> = {
    right: 0,
    wrong: 0,
    'confidently wrong': 0,
    'no failure': 0,
  }
  for (const each of cases) {
    for (let seed = from!; seed <= to!; seed++) {
      const outcome = await examine(
        each.faults.map((name) => FAULTS[name]!),
        seed,
      )
      counts[outcome.verdict] += 1
      process.stdout.write(row(each, seed, outcome))
    }
  }
  const judged = counts.right + counts.wrong + counts['confidently wrong']
  process.stdout.write(
    `\nright ${counts.right} of ${judged} (${((100 * counts.right) / judged).toFixed(0)} %), confidently wrong ${counts['confidently wrong']}, without a failure ${counts['no failure']}\n`,
  )
  return counts['confidently wrong'] === 0 && counts.right >= 0.9 * judged ? 0 : 1
}

function row({ name }: Case, seed: number, { verdict, requests, failures, said }: Outcome): string {
  const top = said.slice(0, 2).map(({ id, certainty }) => `${id} (${certainty})`)
  const figures = `${name.padEnd(34)} ${String(seed).padStart(4)} ${String(failures).padStart(5)} of ${String(requests).padEnd(5)}`
  const details =
    values.verbose || verdict !== 'right'
      ? said.map(
          ({ title, rivals }) =>
            `      ${title}\n${rivals.map(({ id, why }) => `        ${id} ${why}`).join('\n')}\n`,
        )
      : []
  return `${figures} ${verdict.padEnd(17)} ${top.join(', ')}\n${details.join('')}`
}
