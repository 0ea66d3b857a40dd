import { longestRow, tooLong } from './row.ts'

export type CsvRecord = { line: number; fields: string[] } | { line: number; fault: string }

type State = 'field-start' | 'plain' | 'quoted' | 'quote-in-quoted' | 'broken'

/**
 * Records of RFC 4180 out of text that comes in pieces; a line may end in LF too. After a fault it goes on at the next
 * line, so that a quote never closed costs no more than the longest row.
 */
export class CsvRecords {
  #state: State = 'field-start'
  #fields: string[] = []
  #field = ''
  #length = 0
  #line = 1
  #firstLine = 1
  #fault = ''

  push(text: string): CsvRecord[] {
    const records: CsvRecord[] = []
    for (const character of text) {
      this.#take(character)
      if (character !== '\n') continue
      this.#line++
      if (this.#state !== 'quoted') records.push(...this.#record())
    }
    return records
  }

  end(): CsvRecord[] {
    if (this.#state === 'quoted') this.#break('has a quote that is not closed')
    return this.#length === 0 ? [] : this.#record()
  }

  #take(character: string): void {
    if (++this.#length > longestRow && this.#state !== 'broken') this.#break(tooLong)
    switch (this.#state) {
      case 'field-start':
      case 'plain':
        this.#takePlain(character)
        break
      case 'quoted':
        if (character === '"') this.#state = 'quote-in-quoted'
        else this.#field += character
        break
      case 'quote-in-quoted':
        this.#takeAfterQuote(character)
        break
      case 'broken':
        break
    }
  }

  #takePlain(character: string): void {
    if (character === ',') this.#endField()
    else if (character === '\n') this.#field = this.#field.replace(/\r$/, '')
    else if (character !== '"') {
      this.#field += character
      this.#state = 'plain'
    } else if (this.#state === 'field-start') this.#state = 'quoted'
    else this.#break('has a quote within a field that does not begin with one')
  }

  #takeAfterQuote(character: string): void {
    if (character === '"') {
      this.#field += '"'
      this.#state = 'quoted'
    } else if (character === ',') this.#endField()
    else if (character !== '\n' && character !== '\r') this.#break('has text after a closing quote')
  }

  #endField(): void {
    this.#fields.push(this.#field)
    this.#field = ''
    this.#state = 'field-start'
  }

  #break(fault: string): void {
    this.#state = 'broken'
    this.#fault = fault
  }

  /** Nothing for an empty line. */
  #record(): CsvRecord[] {
    const line = this.#firstLine
    const isBroken = this.#state === 'broken'
    if (!isBroken) this.#endField()
    const fields = this.#fields
    this.#state = 'field-start'
    this.#fields = []
    this.#field = ''
    this.#length = 0
    this.#firstLine = this.#line
    if (isBroken) return [{ line, fault: this.#fault }]
    return fields.length === 1 && fields[0] === '' ? [] : [{ line, fields }]
  }
}
