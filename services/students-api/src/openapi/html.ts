/** Markup in which nothing is left to escape. */
export interface Html {
  readonly text: string
}

type Part = Html | string | number | false | undefined | readonly Html[]

/** Markup with values in it, each escaped unless it is markup itself; `false` and `undefined` are nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { text: String.raw({ raw: strings }, ...parts.map(textOf)) }
}

/** Text of our own that is put in as it is: a style sheet has no entities. */
html.trusted = (text: string): Html => ({ text })

function textOf(part: Part): string {
  if (part === undefined || part === false) return ''
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part))
  return 'text' in part ? part.text : part.map(({ text }) => text).join('')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
}
