import type { RunInFile } from 'proctor/wire'

/** The run that a report file has inside, zipped; `undefined` where the page comes from a server. */
export async function embeddedRun(): Promise<RunInFile | undefined> {
  const text = document.querySelector('#run')?.textContent
  if (text === undefined || text === null) return undefined
  const bytes = Uint8Array.from(atob(text.trim()), (character) => character.charCodeAt(0))
  const unzipped = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return (await new Response(unzipped).json()) as RunInFile
}
