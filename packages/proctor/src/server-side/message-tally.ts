import { type Tallied, Tally } from '../evidence/tally.ts'
import type { MessageRecord } from '../run/server-record.ts'

interface Message {
  readonly level: string | null
  readonly message: string
}

const MOST_MESSAGES = 200
const MOST_TOLD = 50
const LONGEST = 200

/** Counts what is said, by level and by what stays the same in it. */
export class MessageTally {
  readonly #tally = new Tally<Message>(MOST_MESSAGES, { level: null, message: 'other messages' })

  add(level: string | null, message: string, at: number): void {
    const masked = maskedMessage(message)
    this.#tally.add(`${level} ${masked}`, at, () => ({ level, message: masked }))
  }

  /** The most first. */
  get messages(): MessageRecord[] {
    return this.#tally.groups
      .toSorted((a, b) => b.count - a.count)
      .slice(0, MOST_TOLD)
      .map(toRecord)
  }
}

function toRecord({ what, count, firstSeen, lastSeen }: Tallied<Message>): MessageRecord {
  return {
    ...what,
    count,
    firstSeen: new Date(firstSeen).toISOString(),
    lastSeen: new Date(lastSeen).toISOString(),
  }
}

const CHANGING =
  /"[^"]*"|'[^']*'|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b|\b(?=[a-f]*\d)[\da-f]{8,}\b|\d+(?:[.:]\d+)*/gi

/** Its first line, with what differs from time to time as `…`. */
export function maskedMessage(message: string): string {
  return message
    .trimStart()
    .split('\n', 1)[0]!
    .slice(0, 4 * LONGEST)
    .replace(CHANGING, '…')
    .slice(0, LONGEST)
}
