import { nearest } from '../threshold/nearest.ts'
import { HistoryError } from './history-error.ts'
import type { KeptRun } from './kept-run.ts'
import { shellWord } from './shell-word.ts'

/** As many characters of an id as a list shows. */
export const SHORT_ID = 8

/**
 * The run that is meant by `last`, an id or its beginning, a name, or a tag (the newest that has it); `runs` are the newest
 * first. Throws `run-unknown`, with the nearest or what there is, or `run-ambiguous`.
 */
export function findRun(runs: readonly KeptRun[], text: string): KeptRun {
  const found = text === 'last' ? runs.slice(0, 1) : matches(runs, text)
  if (found.length > 1)
    throw new HistoryError('run-ambiguous', `${shellWord(text)} is the beginning of ${some(found)}`)
  if (found[0] !== undefined) return found[0]
  throw new HistoryError('run-unknown', `${shellWord(text)}${nextStep(runs, text)}`)
}

function matches(runs: readonly KeptRun[], text: string): readonly KeptRun[] {
  const named = runs.filter(({ name }) => name === text).slice(0, 1)
  const tagged = runs.filter(({ tags }) => tags.includes(text)).slice(0, 1)
  const begun = text === '' ? [] : runs.filter(({ runId }) => runId.startsWith(text.toLowerCase()))
  return [named, tagged, begun].find((found) => found.length > 0) ?? []
}

function nextStep(runs: readonly KeptRun[], text: string): string {
  if (runs.length === 0) return '; no run is kept here yet: proctor run keeps each'
  const words = runs.flatMap(({ runId, name, tags }) => [runId.slice(0, SHORT_ID), name ?? '', ...tags])
  const near = nearest(text, ['last', ...words.filter((word) => word !== '')])
  return near === undefined ? `; there are ${some(runs)}` : `; did you mean ${shellWord(near)}?`
}

function some(runs: readonly KeptRun[]): string {
  const shown = runs.slice(0, 5).map(({ runId, name }) => shellWord(name ?? runId.slice(0, SHORT_ID)))
  return [...shown, ...(runs.length > shown.length ? ['…'] : [])].join(', ')
}
