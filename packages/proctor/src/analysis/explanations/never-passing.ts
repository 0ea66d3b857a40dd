import type { FieldRecord } from '../../evidence/case-file.ts'
import { type Contrast, separation } from '../contrast.ts'
import type { Failing, FieldPair } from '../failing.ts'
import { quoted } from '../words.ts'

/** So many values may be bad, and so large a part of all. */
const MOST = 200
const MOST_OF_ALL = 0.7
const LEAST_TIMES = 2.5

/** Values that never passed, of those that came several times. */
export interface NeverPassing {
  readonly score: number
  readonly contrast: Contrast
  readonly distinct: number
  /** Some of them. */
  readonly names: string
}

/** `undefined` where there are none, or where as many are to be expected by chance. */
export function neverPassing(failing: Failing, field: FieldRecord): NeverPassing | undefined {
  const { occurrences, distinct } = field.neverPassed
  const values = valuesOf(failing, field)
  const each = occurrences / Math.max(1, distinct)
  if (distinct === 0 || distinct > MOST || each < LEAST_TIMES || distinct > MOST_OF_ALL * values)
    return undefined
  const whole = Math.min(failing.count, occurrences / field.followedShare)
  const contrast = failing.contrast(Math.round(whole), 0)
  const score = separation(contrast) - Math.min(0.5, byChance(failing, values, each) / distinct)
  const never = field.top.filter(({ passed }) => passed === 0)
  const names = never.slice(0, 3).map(({ text }) => quoted(text ?? '…'))
  return { score, contrast, distinct, names: names.join(', ') + (distinct > 3 ? ', …' : '') }
}

/** How many values never pass by chance alone: those that come as often as these, or as often as all do on average. */
function byChance({ count, of }: Failing, values: number, each: number): number {
  const part = count / of
  return values * Math.max(part ** each, Math.exp(-(of / values) * (1 - part)))
}

function valuesOf(failing: Failing, field: FieldRecord): number {
  const pair = failing.fields.find((one): one is FieldPair => one.failing === field)
  return field.neverPassed.distinct + (pair?.passing?.distinct ?? 0)
}

const LEAST_VALUES = 3

/** Whether the numbers that never passed lie beyond all that did: those of a limit, even where others fail by chance. */
export function valuesBeyond(
  field: FieldRecord,
  passing: FieldRecord | undefined,
): 'above' | 'below' | undefined {
  const never = field.top.filter(
    ({ passed, text }) => passed === 0 && text !== null && /^-?\d+(\.\d+)?$/.test(text),
  )
  const numbers = never.map(({ text }) => Number(text))
  const { min, max } = passing?.numbers ?? { min: null, max: null }
  if (
    numbers.length < LEAST_VALUES ||
    field.neverPassed.distinct < LEAST_VALUES ||
    min === null ||
    max === null
  )
    return undefined
  if (numbers.every((each) => each > max)) return 'above'
  return numbers.every((each) => each < min) ? 'below' : undefined
}
