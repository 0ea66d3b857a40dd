/** Headers whose names say that they tell who answered, or which version of it. */
const IDENTITY =
  /^(server|via)$|(^|-)(served|servedby|backend|instance\w*|server-?(id|name)|servername|upstream|pod\w*|node\w*|host\w*|container\w*|replica|worker|machine|\w*version|release|build|revision|commit|deploy\w*|git|sha|variant|canary|zone|region|cluster|shard|slot|colo|pop|dc|datacenter|powered)(-|$)/i
/** What is told of an instance beside. */
const FIGURE = /(^|-)(time|duration|latency|uptime|status|code|errors?|count|load|limit|quota)(-|$)/

/** What differs from answer to answer for what was asked, or when, or how it ended. */
const OTHER =
  /^(date|age|expires|last-modified|etag|vary|connection|keep-alive|transfer-encoding|te|trailer|upgrade|allow|location|link|pragma|alt-svc|nel|set-cookie|warning|p3p|refresh)$|^(content|accept|access-control|cross-origin|proxy|sec|www)-|cache|cookie|timing|time|duration|elapsed|latency|limit|quota|retry|request-?id|trace|span|correlation|transaction|nonce|policy|security|-options|protection|report|robots|length|count|total|page|size|error|reason|message|status|code/i
/** Answers that are searched for such headers; of one that takes more values than this among them, each is another. */
const SEARCHED = 64
const MOST_VALUES = 16
const LONGEST = 64
const FOLLOWED = 4

/**
 * The headers of answers by whose few values it may be told who answered: an instance, a version. They are found in the first
 * answers; what never varies tells nothing, and costs next to nothing.
 */
export class AnswerHeaders {
  #candidates = new Map<string, Candidate>()
  #followed: FollowedHeader[] = []
  #searched = 0
  #head = ''
  #told: readonly ToldHeader[] = []

  /** Those of one answer. Of most the head is that of the one before. */
  read(head: string): readonly ToldHeader[] {
    const isSearched = this.#searched < SEARCHED
    if (head === this.#head && !isSearched) return this.#told
    if (isSearched) this.#search(head)
    this.#head = head
    const followed = this.#followed.filter((header) => header.read(head))
    this.#told = followed.map(({ name, value }) => ({ name, value }))
    return this.#told
  }

  #search(head: string): void {
    this.#searched += 1
    for (const line of head.split('\n').slice(1)) {
      const colon = line.indexOf(':')
      if (colon <= 0) continue
      const name = line.slice(0, colon).toLowerCase()
      const value = line.slice(colon + 1).trim()
      if (value === '' || value.length > LONGEST || isOther(name)) continue
      const known = this.#candidates.get(name)
      const candidate = known ?? { header: new FollowedHeader(line.slice(0, colon)), values: new Set() }
      candidate.values.add(value)
      if (known === undefined) this.#candidates.set(name, candidate)
    }
    this.#followed = chosen([...this.#candidates.values()])
  }
}

/** `name` is in lower case. */
export interface ToldHeader {
  readonly name: string
  readonly value: string
}

interface Candidate {
  readonly header: FollowedHeader
  readonly values: Set<string>
}

/** Those whose names say that they tell it first, then in the order in which they came. */
function chosen(candidates: readonly Candidate[]): FollowedHeader[] {
  const few = candidates.filter(({ values }) => values.size <= MOST_VALUES).map(({ header }) => header)
  return few.toSorted((a, b) => Number(isIdentity(b.name)) - Number(isIdentity(a.name))).slice(0, FOLLOWED)
}

function isOther(name: string): boolean {
  return !isIdentity(name) && OTHER.test(name)
}

/** Whether a header's name says that it tells who answered. */
export function isIdentity(name: string): boolean {
  return IDENTITY.test(name) && !FIGURE.test(name)
}

class FollowedHeader {
  readonly name: string
  value = ''
  readonly #mark: string
  /** As it stood in the answer before, and where: in most it stands there again. */
  #line = ''
  #at = 0
  #first: string | undefined
  #varies = false

  constructor(name: string) {
    this.name = name.toLowerCase()
    this.#mark = `\n${name}:`
  }

  /** Whether the answer has it, and it has ever differed: then `value` is its value. */
  read(head: string): boolean {
    if (this.#line !== '' && head.startsWith(this.#line, this.#at)) return this.#varies
    const at = head.indexOf(this.#mark)
    if (at < 0) return false
    const end = head.indexOf('\n', at + this.#mark.length)
    const to = end < 0 ? head.length : end
    this.#at = at
    this.#line = head.slice(at, end < 0 ? to : end + 1)
    this.value = head.slice(at + this.#mark.length, to).trim()
    this.#first ??= this.value
    this.#varies ||= this.value !== this.#first
    return this.#varies
  }
}
