import type { RequestRecord, RunRecord } from '../run/record.ts'
import { formatShare } from './format.ts'
import { missedWords } from './thresholds.ts'

interface Case {
  readonly kind: 'requests' | 'thresholds' | 'generator'
  readonly name: string
  /** Why it failed; `undefined` where it did not. */
  readonly failure: string | undefined
}

/** A run as test cases for those who show such: each request name, each threshold, and the generator. */
export function renderJunit(record: RunRecord): string {
  const cases = casesOf(record)
  const failures = cases.filter(({ failure }) => failure !== undefined).length
  const counts = `tests="${cases.length}" failures="${failures}" time="${record.durationSeconds}"`
  const suite = `name="${escaped(record.scenario)}" timestamp="${record.startedAt}" ${counts}`
  const lines = cases.map((each) => caseLine(each))
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${counts}>
  <testsuite ${suite}>
${lines.join('\n')}
  </testsuite>
</testsuites>
`
}

function casesOf(record: RunRecord): Case[] {
  const { requests, thresholds, generator } = record
  const why = generator.verdict === 'void' ? generator.reasons.join('; ') : undefined
  return [
    ...requests.map((request): Case => {
      const name = `${request.method} ${request.name}`
      return { kind: 'requests', name, failure: failureOf(request, record) }
    }),
    ...thresholds.map((threshold): Case => {
      const failure = threshold.state === 'held' ? undefined : missedWords(threshold)
      return { kind: 'thresholds', name: threshold.expression, failure }
    }),
    { kind: 'generator', name: 'the generator kept up', failure: why },
  ]
}

function failureOf({ method, name, count, failures }: RequestRecord, record: RunRecord): string | undefined {
  if (failures === 0) return undefined
  const kinds = record.failures
    .filter((failure) => failure.method === method && failure.name === name)
    .map((failure) => `${failure.count} × ${failure.signature}`)
  return [`${failures} of ${count} failed (${formatShare(failures, count)})`, ...kinds].join('\n')
}

function caseLine({ kind, name, failure }: Case): string {
  const open = `    <testcase classname="${kind}" name="${escaped(name)}"`
  if (failure === undefined) return `${open}/>`
  const [first = ''] = failure.split('\n')
  return `${open}>\n      <failure message="${escaped(first)}">${escaped(failure)}</failure>\n    </testcase>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
}

/** What XML has no place for, such as other control characters, becomes a replacement character. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll(/[&<>"\n]/g, (character) => ENTITIES[character]!)
}
