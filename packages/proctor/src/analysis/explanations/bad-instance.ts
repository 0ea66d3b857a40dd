import { isIdentity } from '../../evidence/answer-headers.ts'
import type { FieldRecord } from '../../evidence/case-file.ts'
import type { Explanation } from '../explanation.ts'
import type { Failing } from '../failing.ts'
import { contrastWords, grouped, quoted } from '../words.ts'

/** One of several instances of the service fails, the others don't; or one of several versions of it that answer. */
export const badInstance: Explanation = {
  id: 'bad-instance',
  claim(failing) {
    const best = answerers(failing)
      .filter((answerer) => !isConsequence(answerer))
      .toSorted((a, b) => b.score - a.score)[0]
    if (best === undefined) return undefined
    const { field, text, contrast, elsewhere } = best
    const what = isVersion(best) ? 'version' : 'instance'
    return {
      // A header whose name does not say who answered may say something else.
      score: isKnown(field) ? best.score + 0.05 : Math.min(MOST_OF_UNKNOWN, best.score - 0.1),
      cause: `they were answered by ${what} ${quoted(text)} (${contrastWords(contrast)})`,
      evidence: [
        `The ${what} is told by ${field.name === 'address' ? 'the address that was connected to' : `the header ${field.name}`}.`,
        ...(elsewhere === 0 ? [] : [`${grouped(elsewhere)} requests of other names passed there.`]),
      ],
      recommendation:
        what === 'version'
          ? `Compare ${quoted(text)} with the version that passes: what it lacks or does otherwise; and see whether a deployment stopped halfway.`
          : `Take instance ${quoted(text)} out of the balancer, and compare its version, configuration and log with the others'.`,
      key: text,
    }
  },
}

const MOST_OF_UNKNOWN = 0.8

interface Answerer {
  readonly field: FieldRecord
  readonly text: string
  readonly contrast: ReturnType<Failing['contrast']>
  /** Of requests of other names, how many it answered well. */
  readonly elsewhere: number
  readonly score: number
}

function answerers(failing: Failing): Answerer[] {
  return failing.fields.flatMap(({ failing: field, passing }) => {
    // Where those that passed say nothing, there is nothing to compare with.
    if (field.place !== 'instance' || passing === undefined || passing.occurrences === 0) return []
    return field.top.map(({ text, count, passed }) => ({
      field,
      text: text ?? '…',
      contrast: failing.contrast(count, passed),
      elsewhere: text === null ? 0 : passedElsewhere(failing, field, text),
      score: failing.separation(count, passed),
    }))
  })
}

function passedElsewhere({ record, method, name }: Failing, field: FieldRecord, text: string): number {
  const others = record.evidence.filter((each) => each.method !== method || each.name !== name)
  const fields = others.flatMap(({ cohorts }) =>
    cohorts.flatMap(({ outcome, fields: all }) => (outcome === 'failed' ? [] : all)),
  )
  return fields
    .filter(({ place, name: header }) => place === 'instance' && header === field.name)
    .flatMap(({ top }) => top.filter((each) => each.text === text))
    .reduce((sum, { count }) => sum + count, 0)
}

/** Whether the header's name says that it tells who answered. */
function isKnown({ name }: FieldRecord): boolean {
  return name === 'address' || isIdentity(name)
}

/** A proxy that answers in the service's place, and an error's own headers, stand on nothing that passed. */
const OF_A_PROXY = /^(server|via|x-powered-by)$/

function isConsequence({ field, elsewhere, contrast: { passing } }: Answerer): boolean {
  const isDoubtful = !isKnown(field) || OF_A_PROXY.test(field.name)
  return isDoubtful && passing === 0 && elsewhere === 0
}

const VERSION_HEADER = /version|release|build|revision|commit|deploy|git|sha|variant|canary/
/** No address: that has four numbers. */
const VERSION_VALUE = /(^|[^\d.])\d+\.\d+(\.\d+)?([^\d.]|$)/

function isVersion({ field, text }: Answerer): boolean {
  return field.name !== 'address' && (VERSION_HEADER.test(field.name) || VERSION_VALUE.test(text))
}
