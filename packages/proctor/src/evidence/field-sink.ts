import type { FieldValue } from './field-value.ts'

/** Where a field of a request stands. */
export type FieldPlace = 'body' | 'query' | 'path' | 'header' | 'user' | 'instance'

/** Told of each field of a request. */
export interface FieldSink {
  /** `field` identifies it within requests of one name; `value` is another's once this has returned. */
  field(field: number, value: FieldValue, source: FieldSource): void
}

/** Who reads fields; asked of the one that it is at, since a name is rarely needed. */
export interface FieldSource {
  readonly place: FieldPlace
  name(): string
}
