import { Command } from 'commander'
import { renderFindings } from '../report/findings.ts'
import { describeRun } from '../report/runs-list.ts'
import { styleOf } from '../report/style.ts'
import { renderSummary } from '../report/summary.ts'
import { type HistoryFlags, historyFlag, reportMeant, RUN_ARGUMENT } from './kept-runs.ts'
import type { Machine } from './machine.ts'

/** `proctor explain RUN`: the end of a run once more, with all that was found. */
export function explainCommand(machine: Machine): Command {
  return historyFlag(new Command('explain'))
    .summary('say once more what a run found')
    .description('Shows a kept run as it ended, with all that was found in it.')
    .argument('[run]', RUN_ARGUMENT, 'last')
    .action((text: string, flags: HistoryFlags) => {
      const { run, report } = reportMeant(machine, flags, text)
      const { stdout } = machine
      const style = styleOf(stdout)
      const parts = [
        run === undefined ? '' : describeRun(run, style),
        renderSummary(report, style),
        renderFindings(report.findings, style, stdout.columns, { most: Infinity }),
      ]
      stdout.write(`${parts.filter((part) => part !== '').join('\n\n')}\n`)
    })
}
