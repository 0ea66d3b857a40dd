/** Headers by which services behind one address say which of them answered. */
const HEADER =
  /\r?\n(x-(?:served-by|backend(?:-server|-id)?|instance(?:-id)?|server(?:-id|-name)?|upstream|pod(?:-name)?|node(?:-id|-name)?|host(?:name)?|container(?:-id)?|replica|worker(?:-id)?)|fly-machine-id): *([^\r\n]*)/i
/** Answers without one before it is no longer looked for. */
const PATIENCE = 64

/** Which instance of the service answered, where its answers say so in a header. */
export class InstanceHeader {
  name = ''
  #mark = ''
  #tried = 0

  of(head: string): string | undefined {
    if (this.#mark !== '') return this.#known(head)
    if (this.#tried >= PATIENCE) return undefined
    this.#tried += 1
    const [found, name, value] = HEADER.exec(head) ?? []
    if (found === undefined) return undefined
    this.name = name!.toLowerCase()
    this.#mark = `\n${name!}:`
    return value!
  }

  #known(head: string): string | undefined {
    const at = head.indexOf(this.#mark)
    if (at < 0) return undefined
    const from = at + this.#mark.length
    const end = head.indexOf('\r', from)
    return head.slice(from, end < 0 ? head.length : end).trim()
  }
}
