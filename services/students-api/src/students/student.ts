import { Type, type Static } from 'typebox'

const properties = {
  name: Type.String({ minLength: 1, maxLength: 200, format: 'single-line' }),
  domain: Type.String({ minLength: 1, maxLength: 100, format: 'single-line' }),
  gpa: Type.Number({ minimum: 0, maximum: 10, multipleOf: 0.01 }),
  email: Type.String({ maxLength: 254, format: 'email' }),
}

/** What a client sends to create a student. */
export const NewStudent = Type.Object(properties, { title: 'NewStudent', additionalProperties: false })
export type NewStudent = Static<typeof NewStudent>

/**
 * A merge patch (RFC 7396). There, `null` removes a property; a student has none that may be missing, so what is left
 * are new values for some.
 */
export const StudentChanges = Type.Partial(NewStudent, {
  title: 'StudentChanges',
  additionalProperties: false,
})
export type StudentChanges = Static<typeof StudentChanges>

/** A student as answered. Instants are ISO 8601 in UTC; `version` counts from 1. */
export const Student = Type.Object(
  {
    id: Type.Integer({ minimum: 1 }),
    ...properties,
    createdAt: Type.String({ format: 'date-time' }),
    updatedAt: Type.String({ format: 'date-time' }),
    version: Type.Integer({ minimum: 1 }),
  },
  { title: 'Student' },
)
export type Student = Static<typeof Student>

/**
 * The form in which an e-mail is unique: lower case, so that Ada@Example.com cannot register twice. RFC 5321 lets a
 * host tell upper from lower case before the @; none worth the confusion does. The address is kept as it was sent.
 */
export function emailKey(email: string): string {
  return email.toLowerCase()
}

/** Whether they are alike in all that a client sends. */
export function isSame(a: NewStudent, b: NewStudent): boolean {
  return a.name === b.name && a.domain === b.domain && a.gpa === b.gpa && a.email === b.email
}
