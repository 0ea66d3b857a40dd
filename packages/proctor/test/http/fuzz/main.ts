import { parseArgs } from 'node:util'
import { casesForAllCuts } from './fuzz-case.ts'
import { fuzz } from './fuzz.ts'

/**
 * Hostile answers over real sockets: `node packages/proctor/test/http/fuzz/main.ts [--cases 100000] [--seed 1]`,
 * or one case again: `--case 1234 --seed 1`. Exits with 1 when one did not come out as it must.
 */
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    case: { type: 'string' },
    lanes: { type: 'string', default: '32' },
  },
})
const one = values.case === undefined ? undefined : Number(values.case)
const options = {
  seed: Number(values.seed),
  from: one ?? 0,
  to: one === undefined ? Number(values.cases) : one + 1,
  lanes: one === undefined ? Number(values.lanes) : 1,
}
if (Object.values(options).some((number) => !Number.isSafeInteger(number) || number < 0)) {
  console.error('--cases, --seed, --case and --lanes are whole numbers from 0 on')
  process.exit(2)
}

const began = performance.now()
const { played, readsDecide, outcomes, wrong } = await fuzz(options)
const seconds = (performance.now() - began) / 1000
for (const line of wrong) console.error(line)
const peakMiB = process.resourceUsage().maxRSS / 1024
console.log(
  `${played} cases of seed ${options.seed}, each twice, in ${seconds.toFixed(1)} s (${(played / seconds).toFixed(0)} a second); ` +
    `at most ${peakMiB.toFixed(0)} MiB; ${readsDecide} with more than one right outcome; ${wrong.length} wrong`,
)
for (const [outcome, count] of [...outcomes].toSorted(([, a], [, b]) => b - a)) {
  console.log(`${String(count).padStart(8)}  ${outcome}`)
}
if (one === undefined && options.to < casesForAllCuts) {
  console.log(`(${casesForAllCuts} cases cut every written-down answer at every byte)`)
}
if (wrong.length > 0 || played === 0) process.exitCode = 1
