export function Mark() {
  return (
    <span class="mark">
      <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
        <rect width="32" height="32" rx="7" fill="var(--rate)" />
        <path
          d="M7 20l5-7 4 4 9-10"
          fill="none"
          stroke="var(--surface)"
          stroke-width="3"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
        <path d="M7 26h18" stroke="var(--surface)" stroke-width="2" stroke-linecap="round" opacity=".6" />
      </svg>
      Proctor
    </span>
  )
}
