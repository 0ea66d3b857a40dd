import { Problem } from './problem.ts'

interface EntityTag {
  opaque: string
  isWeak: boolean
}

// RFC 9110 §8.8.3, one of a list at a time. A tag ends at its second quote, so the time taken is linear.
const tagOfList = /[ \t]*(?<weak>W\/)?"(?<opaque>[!\x23-\x7e\x80-\xff]*)"[ \t]*(?:,|$)/y

/** A strong entity tag. */
export function entityTag(opaque: string | number): string {
  return `"${opaque}"`
}

/**
 * `If-Match` by strong comparison: the opaque parts that match, or `any` for `*`.
 * @throws {Problem} where it is malformed: taken for one that matches nothing, it would hide the client's mistake.
 */
export function strongTags(header: string): 'any' | string[] {
  if (header.trim() === '*') return 'any'
  const tags = parseTags(header)
  if (!tags) {
    const detail = 'If-Match is malformed. Send the ETag of the answer it speaks of, quotes included, or *.'
    throw new Problem('bad-request', { detail })
  }
  return tags.filter(({ isWeak }) => !isWeak).map(({ opaque }) => opaque)
}

/** Whether `If-None-Match` names this tag, by weak comparison. A malformed one names none: the whole answer is right, too. */
export function isAlreadyKnown(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  return header.trim() === '*' || (parseTags(header) ?? []).some(({ opaque }) => entityTag(opaque) === tag)
}

function parseTags(header: string): EntityTag[] | undefined {
  const tags: EntityTag[] = []
  tagOfList.lastIndex = 0
  while (tagOfList.lastIndex < header.length) {
    const groups = tagOfList.exec(header)?.groups
    if (!groups) return undefined
    tags.push({ opaque: groups['opaque'] ?? '', isWeak: groups['weak'] !== undefined })
  }
  return tags.length > 0 && !header.trimEnd().endsWith(',') ? tags : undefined
}
