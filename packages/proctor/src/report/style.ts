import { styleText } from 'node:util'

/** What a colour says: `bad` is a failure, `quiet` is not what one looks for first. */
export type Tone = 'bad' | 'quiet' | 'strong'

/** Text in a tone. Give it whole cells and lines: what is styled has another length. */
export type Style = (tone: Tone | undefined, text: string) => string

const FORMATS = { bad: 'red', quiet: 'dim', strong: 'bold' } as const

export const plainStyle: Style = (_tone, text) => text

const colouredStyle: Style = (tone, text) =>
  tone === undefined ? text : styleText(FORMATS[tone], text, { validateStream: false })

/** Colours only where they are seen and wanted. */
export function styleOf({ hasColors }: { readonly hasColors: boolean }): Style {
  return hasColors ? colouredStyle : plainStyle
}
