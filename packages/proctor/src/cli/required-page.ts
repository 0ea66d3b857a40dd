import { builtPage, type StaticFile } from '../page/static-files.ts'
import { UsageError } from './usage-error.ts'

/** The built page. Throws a `UsageError` that says how to build it, where it is not. */
export function requiredPage(): ReadonlyMap<string, StaticFile> {
  const files = builtPage()
  if (files !== undefined) return files
  throw new UsageError(
    "the page is not built: run 'npm install', or 'npm run build -w proctor-ui' where scripts are off",
  )
}
