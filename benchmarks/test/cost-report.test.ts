import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Entry } from '../comparison.ts'
import type { Contestant } from '../contestant.ts'
import { costJson, costText, reportCost, type Setting } from '../cost-report.ts'
import { loadCases } from '../load-case.ts'
import { k6 } from '../peers/k6.ts'
import { proctor } from '../proctor.ts'
import { wrk } from '../wrk.ts'

const [small, , post] = loadCases

const setting: Setting = {
  machine: { cpu: 'A CPU', cores: 2, kernel: 'Linux 6', node: 'v26' },
  versions: { nginx: '1.22.1', wrk: '4.1.0', proctor: '0.1.0' },
  missing: ['k6 cannot run: it is not here'],
  options: {
    pairs: 3,
    seconds: 8,
    cases: [small!, post!],
    names: ['wrk', 'proctor'],
    jsonFile: undefined,
    nullTest: false,
  },
}

test('the report is one table of medians and a verdict on the paired ratio of each case', () => {
  const entries = [
    entry(wrk, [10, 20, 10]),
    entry(proctor, [13, 26, 14]),
    entry(wrk, [10, 10, 10], post),
    entry(proctor, [15, 15, 15], post),
  ]
  const lines = costText(reportCost(setting, entries)).split('\n')
  assert.equal(lines[1], 'k6 cannot run: it is not here')
  assert.match(lines[3] ?? '', /measured for 5.5 s of each, 2 s after its first request/)
  assert.match(
    lines[6] ?? '',
    /^small GET +wrk +10\.00 \(10\.00–20\.00\) +2\.00 \+ 8\.00 +100,000 +100 % +207 +1$/,
  )
  assert.match(
    lines[7] ?? '',
    /^small GET +proctor +14\.00 \(13\.00–26\.00\).* 1\.30 +1\.30–1\.35 +1\.30–1\.40$/,
  )
  assert.deepEqual(lines.slice(-2), [
    'small GET: proctor 1.30 × wrk (aim ≤ 1.25, accepted ≤ 1.40): accepted',
    'POST of JSON: proctor 1.50 × wrk (aim ≤ 1.40, accepted ≤ 1.60): accepted',
  ])
})

test('a costly client is over the limit; a costly peer is none of our business', () => {
  assert.deepEqual(verdictsOn(proctor), ['over the limit'])
  assert.deepEqual(verdictsOn(k6), [])
})

test('wrk against itself gets no verdict', () => {
  const options = { ...setting.options, nullTest: true }
  const report = reportCost({ ...setting, options }, [
    entry(wrk, [10]),
    entry({ ...wrk, name: 'wrk again' }, [17]),
  ])
  assert.deepEqual(report.verdicts, [])
  assert.match(costText(report), /^small GET: 1\.70 of wrk to itself/m)
})

test('the JSON holds every measurement', () => {
  const report = reportCost(setting, [entry(wrk, [10, 20]), entry(proctor, [13, 26])])
  const { schema, measurements } = JSON.parse(costJson(report))
  assert.equal(schema, 'benchmarks/cost@2')
  assert.equal(measurements[1].case, 'small GET')
  assert.equal(measurements[1].runs[1].cpuMicroseconds, 26)
})

/** When it costs 1.7 × wrk. */
function verdictsOn(contestant: Contestant): string[] {
  return reportCost(setting, [entry(wrk, [10]), entry(contestant, [17])]).verdicts.map(
    ({ verdict }) => verdict,
  )
}

function entry(contestant: Contestant, costs: readonly number[], loadCase = small): Entry {
  const runs = costs.map((cpuMicroseconds) => ({
    cpuMicroseconds,
    userMicroseconds: cpuMicroseconds / 5,
    systemMicroseconds: (cpuMicroseconds * 4) / 5,
    requestsPerSecond: 100_000,
    busy: 1,
    requests: 500_000,
    windowMs: 5_000,
  }))
  return { loadCase: loadCase!, contestant, requestBytes: 207, runs }
}
