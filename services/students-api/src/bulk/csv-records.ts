import { longestRow, tooLong } from './row.ts'

export type CsvRecord = { line: number; fields: string[] } | { line: number; fault: string }

// Runs rather than single characters: joined one by one, those would be most of an import's garbage.
const tokens = /[^",\r\n]+|[^]/g

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
    for (const [token] of text.matchAll(tokens)) {
      this.#take(token)
      if (token !== '\n') continue
      this.#line++
      if (this.#state !== 'quoted') records.push(...this.#record())
    }
    return records
  }

  end(): CsvRecord[] {
    if (this.#state === 'quoted') this.#break('has a quote that is not closed')
    return this.#length === 0 ? [] : this.#record()
  }

  #take(token: string): void {
    this.#length += token.length
    if (this.#length > longestRow && this.#state !== 'broken') this.#break(tooLong)
    switch (this.#state) {
      case 'field-start':
      case 'plain':
        this.#takePlain(token)
        break
      case 'quoted':
        if (token === '"') this.#state = 'quote-in-quoted'
        else this.#field += token
        break
      case 'quote-in-quoted':
        this.#takeAfterQuote(token)
        break
      case 'broken':
        break
    }
  }

  #takePlain(token: string): void {
    if (token === ',') this.#endField()
    else if (token === '\n') this.#field = this.#field.replace(/\r$/, '')
    else if (token !== '"') {
      this.#field += token
      this.#state = 'plain'
    } else if (this.#state === 'field-start') this.#state = 'quoted'
    else this.#break('has a quote within a field that does not begin with one')
  }

  #takeAfterQuote(token: string): void {
    if (token === '"') {
      this.#field += '"'
      this.#state = 'quoted'
    } else if (token === ',') this.#endField()
    else if (token !== '\n' && token !== '\r') this.#break('has text after a closing quote')
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
