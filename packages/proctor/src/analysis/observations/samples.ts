import type { RunRecord } from '../../run/record.ts'
import type { Finding } from '../finding.ts'
import { grouped, requestWords } from '../words.ts'

/** Requests for a two-sided 95 % bound of a percentile: as many as make it likely that there is one beyond on either side. */
const NEEDED = [
  { percentile: 'p99', needed: 368 },
  { percentile: 'p99.9', needed: 3_688 },
] as const

/** Percentiles that rest on too few requests. */
export function samples(record: RunRecord): Finding[] {
  const asked = new Set(record.thresholds.map(({ metric }) => metric.replace(/^service /, '')))
  const short = NEEDED.flatMap(({ percentile, needed }) => {
    const requests = record.requests.filter(({ count }) => count > 0 && count < needed)
    return requests.length === 0 ? [] : [{ percentile, needed, requests }]
  })
  const worst = short.find(({ percentile }) => asked.has(percentile)) ?? short[0]
  if (worst === undefined) return []
  const { percentile, needed, requests } = worst
  const names = requests.slice(0, 3).map((request) => `${requestWords(request)} (${grouped(request.count)})`)
  const more = requests.length > names.length ? `, … (${grouped(requests.length)} names in all)` : ''
  const isAsked = asked.has(percentile)
  return [
    {
      id: 'few-samples',
      severity: isAsked ? 'warning' : 'note',
      title: `Too few requests for ${percentile}: it takes ${grouped(needed)}, and ${names.join(', ')}${more} had fewer.`,
      certainty: 'certain',
      evidence: short
        .filter((each) => each !== worst)
        .map((each) => `For ${each.percentile} it takes ${grouped(each.needed)}.`),
      rivals: [],
      recommendation: isAsked ? 'Run longer before you judge by it.' : null,
    },
  ]
}
