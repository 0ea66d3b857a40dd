import { COMPARED } from './difference.ts'

/** The headings of a table of what is compared. */
export function ComparedHead({ of }: { readonly of: string }) {
  return (
    <thead>
      <tr>
        <th scope="col">{of}</th>
        {COMPARED.map(({ label }) => (
          <th key={label} scope="col">
            {label}
          </th>
        ))}
      </tr>
    </thead>
  )
}
