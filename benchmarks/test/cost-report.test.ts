import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Entry } from '../comparison.ts'
import type { Contestant } from '../contestant.ts'
import { costJson, costText, reportCost, type Setting } from '../cost-report.ts'
import { proctor } from '../proctor.ts'
import { wrk } from '../wrk.ts'

const setting: Setting = {
  machine: { cpu: 'A CPU', cores: 2, kernel: 'Linux 6', node: 'v26' },
  versions: { nginx: '1.22.1', wrk: '4.1.0', proctor: '0.1.0' },
  options: { pairs: 3, seconds: 8, jsonFile: undefined, nullTest: false },
}

test('the report is a table of medians and a verdict on the paired ratio', () => {
  const lines = costText(reportCost(setting, [entry(wrk, [10, 20, 10]), entry(proctor, [13, 26, 14])])).split(
    '\n',
  )
  assert.match(lines[2] ?? '', /measured from 2 s to 7.5 s of each run/)
  assert.match(lines[5] ?? '', /^wrk +10\.00 \(10\.00–20\.00\) +2\.00 \+ 8\.00 +100,000 +100 % +207 +1$/)
  assert.match(lines[6] ?? '', /^proctor +14\.00 \(13\.00–26\.00\).* 1\.30 +1\.30–1\.35 +1\.30–1\.40$/)
  assert.equal(lines.at(-1), 'ratio 1.30 (aim ≤ 1.25, accepted ≤ 1.60): accepted')
})

test('a costly client is over the limit', () => {
  const report = reportCost(setting, [entry(wrk, [10]), entry(proctor, [17])])
  assert.equal(report.verdict, 'over the limit')
})

test('wrk against itself gets no verdict', () => {
  const options = { ...setting.options, nullTest: true }
  const report = reportCost({ ...setting, options }, [entry(wrk, [10]), entry(wrk, [17])])
  assert.equal(report.verdict, undefined)
})

test('the JSON holds every measurement', () => {
  const report = reportCost(setting, [entry(wrk, [10, 20]), entry(proctor, [13, 26])])
  const { schema, measurements } = JSON.parse(costJson(report))
  assert.equal(schema, 'benchmarks/cost@1')
  assert.equal(measurements[1].runs[1].cpuMicroseconds, 26)
})

function entry(contestant: Contestant, costs: readonly number[]): Entry {
  const runs = costs.map((cpuMicroseconds) => ({
    cpuMicroseconds,
    userMicroseconds: cpuMicroseconds / 5,
    systemMicroseconds: (cpuMicroseconds * 4) / 5,
    requestsPerSecond: 100_000,
    busy: 1,
    requests: 500_000,
    windowMs: 5_000,
  }))
  return { contestant, requestBytes: 207, runs }
}
