import { resolve } from 'node:path'
import { Command } from 'commander'
import { SHORT_ID } from '../history/find-run.ts'
import type { History } from '../history/history.ts'
import type { KeptRun } from '../history/kept-run.ts'
import { renderRuns } from '../report/runs-list.ts'
import { styleOf } from '../report/style.ts'
import { type HistoryFlags, historyFlag, RUN_ARGUMENT, runMeant, withHistory } from './kept-runs.ts'
import type { Machine } from './machine.ts'

const AFTER_HELP = `
A run is meant by ${RUN_ARGUMENT.replace(', or a JSON report', '')}.

Examples:
  proctor runs
  proctor runs tag last baseline
  proctor runs rename 3f2a9c1e 'before the index'
  proctor runs delete 3f2a9c1e`

/** `proctor runs`: what is kept, and the names and tags by which it is found again. */
export function runsCommand(machine: Machine): Command {
  const command = historyFlag(new Command('runs'))
    .summary('list, tag, rename, and delete kept runs')
    .description('Lists the runs that are kept, the newest first.')
    .option('--json', 'print the list as JSON')
    .addHelpText('after', AFTER_HELP)
    .action((flags: HistoryFlags & { json?: true }) => list(machine, flags))
  for (const change of CHANGES) command.addCommand(changeCommand(machine, command, change))
  return command
}

function list(machine: Machine, flags: HistoryFlags & { json?: true }): void {
  const runs = withHistory(machine, flags, (history) => history?.list() ?? [])
  const { stdout } = machine
  if (flags.json) {
    stdout.write(`${JSON.stringify(runs, null, 2)}\n`)
  } else if (runs.length === 0) {
    const folder = resolve(machine.cwd, flags.history)
    stdout.write(
      `No run is kept in ${folder} yet: proctor run my-test.ts -H http://127.0.0.1:5000 keeps each.\n`,
    )
  } else {
    stdout.write(`${renderRuns(runs, styleOf(stdout), stdout.isTTY ? stdout.columns : Infinity)}\n`)
  }
}

interface Change {
  readonly usage: string
  readonly summary: string
  /** Answers what is so now. */
  readonly make: (history: History, run: KeptRun, words: string) => string
}

const CHANGES: readonly Change[] = [
  {
    usage: 'tag <run> <tag>',
    summary: 'give a run a tag; tagged runs are kept until they are deleted',
    make(history, { runId }, tag) {
      history.tag(runId, tag)
      return `is tagged ${tag}`
    },
  },
  {
    usage: 'untag <run> <tag>',
    summary: 'take a tag away',
    make(history, { runId, tags }, tag) {
      history.untag(runId, tag)
      return tags.includes(tag) ? `is no longer tagged ${tag}` : `was not tagged ${tag}`
    },
  },
  {
    usage: 'rename <run> [name...]',
    summary: 'call a run by a name; without one, by its id again',
    make(history, { runId }, name) {
      history.rename(runId, name === '' ? null : name)
      return name === '' ? 'has no name' : `is called ${name.trim()}`
    },
  },
  {
    usage: 'delete <run>',
    summary: 'delete a run',
    make(history, { runId }) {
      history.delete(runId)
      return 'is deleted'
    },
  },
]

function changeCommand(machine: Machine, parent: Command, { usage, summary, make }: Change): Command {
  const [name = '', ...parts] = usage.split(' ')
  const command = new Command(name)
    .summary(summary)
    .description(`${summary[0]!.toUpperCase()}${summary.slice(1)}.`)
  for (const part of parts) command.argument(part, part === '<run>' ? RUN_ARGUMENT : '')
  return command.action((text: string, ...rest: unknown[]) => {
    // Behind the arguments commander gives the flags and itself.
    const words = rest.slice(0, -2).flat().join(' ')
    const said = withHistory(machine, parent.opts<HistoryFlags>(), (history) => {
      const run = runMeant(history, text)
      const what = make(history!, run, words)
      return `Run ${run.runId.slice(0, SHORT_ID)} ${what}.`
    })
    machine.stdout.write(`${said}\n`)
  })
}
