// What spreadsheets take for the beginning of a formula, the full-width forms included:
// https://owasp.org/www-community/attacks/CSV_Injection. An apostrophe before it makes it text.
const formula = /^'*\s*[=+\-@\uFF0B\uFF0D\uFF1D\uFF20]/
const guardedFormula = /^'+\s*[=+\-@\uFF0B\uFF0D\uFF1D\uFF20]/

/**
 * The text with an apostrophe before what a spreadsheet would run. Text that looks guarded already gets one more, so
 * that `unguarded` gives back every text as it was.
 */
export function guarded(text: string): string {
  return formula.test(text) ? `'${text}` : text
}

/** Undoes `guarded`. */
export function unguarded(text: string): string {
  return guardedFormula.test(text) ? text.slice(1) : text
}
