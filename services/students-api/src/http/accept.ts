interface MediaRange {
  range: string
  quality: number
}

/**
 * Which of the media types the client would rather have, of equals the first; `undefined` where it wants none of them.
 * RFC 9110 §12.5.1: the range that names a type most exactly counts, whatever others say.
 */
export function preferredType<MediaType extends string>(
  accept: string | undefined,
  offered: readonly MediaType[],
): MediaType | undefined {
  const ranges = (accept ?? '*/*').split(',').map(mediaRange)
  const ranked = offered
    .map((mediaType) => ({ mediaType, quality: qualityOf(mediaType, ranges) }))
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
  return ranked[0]?.mediaType
}

function mediaRange(text: string): MediaRange {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1'
  return { range, quality: /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(quality) ? Number(quality) : 1 }
}

function qualityOf(mediaType: string, ranges: readonly MediaRange[]): number {
  const names = [mediaType, `${mediaType.split('/')[0]}/*`, '*/*']
  const found = names.map((name) => ranges.find(({ range }) => range === name)).find(Boolean)
  return found?.quality ?? 0
}
