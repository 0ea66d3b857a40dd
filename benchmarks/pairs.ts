import type { Entry } from './comparison.ts'
import { type Contestant, takesPart } from './contestant.ts'
import type { CostOptions } from './cost-options.ts'
import type { LoadCase } from './load-case.ts'
import { runTrial, weighRequest, type Stage } from './trial.ts'

export type Progress = (line: string) => void

/**
 * Runs the contestants in turn, A B A B, case after case within each pair: what changes on the machine meanwhile
 * befalls all of them alike.
 */
export async function runPairs(
  contestants: readonly Contestant[],
  options: CostOptions,
  stage: Stage,
  progress: Progress,
): Promise<Entry[]> {
  const entries: Entry[] = []
  for (const loadCase of options.cases) {
    for (const contestant of contestants) {
      if (takesPart(contestant, loadCase)) entries.push(await enter(contestant, loadCase, stage))
    }
  }
  for (let pair = 1; pair <= options.pairs; pair++) {
    for (const { contestant, loadCase, runs } of entries) {
      const run = await runTrial(contestant, loadCase, options.seconds, stage)
      runs.push(run)
      const where = `pair ${pair}/${options.pairs}  ${loadCase.title}`
      progress(`${where}  ${contestant.name}  ${run.cpuMicroseconds.toFixed(2)} µs`)
    }
  }
  return entries
}

async function enter(contestant: Contestant, loadCase: LoadCase, stage: Stage): Promise<Entry> {
  return { contestant, loadCase, requestBytes: await weighRequest(contestant, loadCase, stage), runs: [] }
}
