import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import { renderHtml } from '../page/html-report.ts'
import { renderJunit } from '../report/junit.ts'
import { renderMarkdown } from '../report/markdown.ts'
import { renderJson, type Report } from '../report/report.ts'
import { checkWritable, writeWhole } from './json-file.ts'
import { type HistoryFlags, historyFlag, reportMeant, RUN_ARGUMENT } from './kept-runs.ts'
import type { Machine } from './machine.ts'
import { requiredPage } from './required-page.ts'

const FORMATS: Readonly<Record<string, (report: Report) => string>> = {
  markdown: renderMarkdown,
  json: renderJson,
  html: (report) => renderHtml(report, requiredPage()),
  junit: renderJunit,
}

const AFTER_HELP = `
Examples:
  proctor report last > LOAD_TEST.md
  proctor report baseline --format json --out baseline.json`

/** `proctor report RUN`: a run as a page, or as the JSON that `proctor run --json` prints. */
export function reportCommand(machine: Machine): Command {
  return historyFlag(new Command('report'))
    .summary('write a run as markdown, JSON, HTML or JUnit')
    .description(
      'Writes a kept run as a page: table, observations, recommendations, failures with an example.',
    )
    .argument('[run]', RUN_ARGUMENT, 'last')
    .addOption(
      new Option('--format <format>', 'what to write').choices(Object.keys(FORMATS)).default('markdown'),
    )
    .option('--out <file>', 'write to a file, for its owner only')
    .addHelpText('after', AFTER_HELP)
    .action((text: string, flags: HistoryFlags & { format: string; out?: string }) => {
      const out = flags.out === undefined ? undefined : resolve(machine.cwd, flags.out)
      if (out !== undefined) checkWritable('--out', out)
      const content = FORMATS[flags.format]!(reportMeant(machine, flags, text).report)
      if (out === undefined) machine.stdout.write(content)
      else writeWhole(out, content)
    })
}
