import type { Finding } from '../analysis/finding.ts'
import { formatNoun, oneLine, wrap } from './format.ts'
import { plainStyle, type Style, type Tone } from './style.ts'

/** Read in twenty seconds: so many findings whole, and of each so much evidence. The rest stands in the JSON. */
const WHOLE = 3
const EVIDENCE = 3
/** Of the next few the sentence alone. */
const TITLES = 4
const WIDEST = 100

/**
 * The findings as the end of a run: of each a sentence, what speaks for it, the next step. Lines of at most `columns`; of more
 * than `most` findings it is said where they are.
 */
export function renderFindings(
  findings: readonly Finding[],
  style: Style = plainStyle,
  columns = WIDEST,
  { most = WHOLE, isKept = false } = {},
): string {
  const width = Math.min(columns, WIDEST)
  const blocks = findings.slice(0, most).map((finding) => findingLines(finding, style, width).join('\n'))
  const rest = findings.slice(most)
  const also = rest.slice(0, TITLES).flatMap(({ title }) => wrap(oneLine(title), width, '· '))
  const more = rest.length - TITLES
  const where = isKept ? ': proctor explain last' : ' in the report: --json-file FILE'
  if (more > 0) also.push(`${formatNoun(more, 'more finding')}${where}`)
  if (also.length > 0) blocks.push(also.map((line) => style('quiet', line)).join('\n'))
  return blocks.join('\n\n')
}

const TONES: Record<Finding['severity'], Tone> = { failure: 'bad', warning: 'strong', note: 'strong' }

function findingLines(finding: Finding, style: Style, width: number): string[] {
  const { title, severity, certainty, evidence, recommendation } = finding
  const doubt = certainty === 'certain' || finding.id === 'unexplained' ? '' : ` (${certainty})`
  return [
    ...wrap(oneLine(title) + doubt, width).map((line) => style(TONES[severity], line)),
    ...evidence.slice(0, EVIDENCE).flatMap((each) => wrap(oneLine(each), width, '  - ')),
    ...(recommendation === null ? [] : wrap(oneLine(recommendation), width, '  → ')),
  ]
}
