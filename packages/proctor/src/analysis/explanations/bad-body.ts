import type { ExemplarRecord } from '../../evidence/case-file.ts'
import type { Explanation } from '../explanation.ts'
import { size } from '../words.ts'

/** An answer of 2xx that a check refused, whose body is not what was promised: cut, of another kind, or none. */
export const badBody: Explanation = {
  id: 'bad-body',
  claim({ exemplars, passingExemplars, status }) {
    // What a check says has no status in front.
    if (status !== undefined) return undefined
    const promisesJson = [...exemplars, ...passingExemplars].some(isCalledJson)
    const kinds = exemplars.flatMap((exemplar) => wrongWith(exemplar, promisesJson) ?? [])
    const [kind] = kinds
    if (kind === undefined || kinds.length < 0.8 * exemplars.length) return undefined
    const passing = passingExemplars.filter((each) => wrongWith(each, promisesJson) !== undefined).length
    if (passing > 0.2 * passingExemplars.length) return undefined
    const { response } = exemplars[0]!
    return {
      score: exemplars.length >= 3 ? 0.86 : 0.65,
      key: `bad-body ${kind}`,
      cause: `the answer was ${kind}`,
      evidence: [
        `${kinds.length} of ${exemplars.length} of these that were kept, ${passing} of ${passingExemplars.length} that passed.`,
        `It had status ${response!.status} and ${size(response!.body.length)}.`,
      ],
      recommendation:
        'Look at the kept answer, and at who wrote it: the service, a proxy or a login page before it, a limit on its length.',
    }
  },
}

const KEPT_BODIES = /^\[not kept\]$/
/** Bodies are kept to 64 KiB, and some to 1 KiB: beyond it they may be whole. */
const WHOLE_CHARACTERS = 1_000

function isCalledJson({ response }: ExemplarRecord): boolean {
  return /json/.test(contentType(response))
}

function contentType(response: ExemplarRecord['response']): string {
  return response?.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1].toLowerCase() ?? ''
}

/** `undefined` where nothing is, or nobody can tell. */
function wrongWith({ response }: ExemplarRecord, promisesJson: boolean): string | undefined {
  if (response === null || response.status >= 300 || !promisesJson || KEPT_BODIES.test(response.body))
    return undefined
  const body = response.body.trim()
  if (body === '') return response.status === 204 ? undefined : 'empty where JSON was promised'
  if (/^<(!doctype|html)/i.test(body)) return 'an HTML page where JSON was promised'
  if (response.body.length >= WHOLE_CHARACTERS || isJson(body)) return undefined
  return /^[[{]/.test(body) ? 'JSON that was cut off' : 'no JSON where JSON was promised'
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
