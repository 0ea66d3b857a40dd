/** What is looked at of a JSON Schema; the rest is passed on as it is. */
export interface JsonSchema {
  readonly $ref?: string
  readonly title?: string
  readonly type?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly items?: JsonSchema
  readonly required?: readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly allOf?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly multipleOf?: number
  readonly format?: string
  readonly pattern?: string
}

/** The named schemas of a document, each once: a schema is referred to where it has a title, and so a name. */
export class SchemaShelf {
  readonly #schemas: Record<string, JsonSchema> = {}

  get schemas(): Readonly<Record<string, JsonSchema>> {
    return this.#schemas
  }

  put(name: string, schema: JsonSchema): void {
    this.#schemas[name] = schema
  }

  /** The schema, or a reference to it where it has a name. */
  reference(schema: JsonSchema): JsonSchema {
    if (schema.items) return { ...schema, items: this.reference(schema.items) }
    if (schema.title === undefined) return schema
    this.put(schema.title, schema)
    return { $ref: `#/components/schemas/${schema.title}` }
  }
}
