import type { ExceptionRecord, RunRecord } from '../../run/record.ts'
import type { Finding } from '../finding.ts'
import { grouped, noun, quoted } from '../words.ts'

/** What the scenario's own code threw: no request failed by it, and yet its tasks did not do what they should. */
export function thrown({ exceptions, total }: RunRecord): Finding[] {
  const [first] = exceptions
  if (first === undefined) return []
  const count = exceptions.reduce((sum, each) => sum + each.count, 0)
  const others = exceptions.length - 1
  const also = others === 0 ? '' : ` (${grouped(first.count)}), and ${noun(others, 'other')}`
  const isMost = count >= total.count
  return [
    {
      id: 'scenario-threw',
      severity: isMost ? 'failure' : 'warning',
      title: `${noun(count, 'exception')} in the scenario’s own code ended ${count === 1 ? 'a task' : 'tasks'}: ${quoted(first.message)}${also}.`,
      certainty: 'certain',
      evidence: [
        ...exceptions.slice(0, TOLD).map((exception) => where(exception)),
        ...(isMost
          ? [
              `In all there ${total.count === 1 ? 'was' : 'were'} ${noun(total.count, 'request')}: the run says little of the service, whatever its share of failures.`,
            ]
          : []),
      ],
      rivals: [],
      recommendation:
        'Mend the scenario there; `proctor run … --once` tries each task once, before the next load.',
    },
  ]
}

const TOLD = 3

function where({ user, task, message, stack }: ExceptionRecord): string {
  const place = placeOf(stack)
  return `${`${user} ${task}`.trim()}: ${quoted(message)}${place === undefined ? '' : `, at ${place}`}.`
}

const PROCTORS_OWN = new URL('../..', import.meta.url).href

/** `it.ts:3:7`: the first frame that is neither Proctor's nor Node's. */
function placeOf(stack: string): string | undefined {
  const frames = stack.split('\n').filter((line) => line.trim().startsWith('at '))
  const own = frames.find((frame) => !frame.includes(PROCTORS_OWN) && !frame.includes('node:'))
  const [, place] = /([^/\\(\s]+:\d+:\d+)\)?$/.exec(own?.trim() ?? '') ?? []
  return place
}
