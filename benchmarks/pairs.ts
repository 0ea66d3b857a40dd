import type { Entry } from './comparison.ts'
import type { Contestant } from './contestant.ts'
import type { CostOptions } from './cost-options.ts'
import { runTrial, weighRequest, type Stage } from './trial.ts'

export type Progress = (line: string) => void

/** Runs the contestants in turn, A B A B: what changes on the machine meanwhile befalls all of them alike. */
export async function runPairs(
  [first, ...others]: readonly [Contestant, ...Contestant[]],
  options: CostOptions,
  stage: Stage,
  progress: Progress,
): Promise<[Entry, ...Entry[]]> {
  const entries: [Entry, ...Entry[]] = [await enter(first, stage)]
  for (const contestant of others) entries.push(await enter(contestant, stage))
  for (let pair = 1; pair <= options.pairs; pair++) {
    for (const entry of entries) {
      const run = await runTrial(entry.contestant, options.seconds, stage)
      entry.runs.push(run)
      progress(
        `pair ${pair}/${options.pairs}  ${entry.contestant.name}  ${run.cpuMicroseconds.toFixed(2)} µs`,
      )
    }
  }
  return entries
}

async function enter(contestant: Contestant, stage: Stage): Promise<Entry> {
  return { contestant, requestBytes: await weighRequest(contestant, stage), runs: [] }
}
