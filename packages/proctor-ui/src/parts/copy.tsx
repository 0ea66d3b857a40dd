import { useSignal } from '@preact/signals'

/** Takes a text to the clipboard, and says whether that went well. */
export function Copy({ text }: { readonly text: string }) {
  const said = useSignal('')
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
      said.value = 'Copied.'
    } catch {
      said.value = 'The browser does not allow it here: mark the text and copy it.'
    }
  }
  return (
    <p class="copy">
      <button type="button" onClick={() => void copy()}>
        Copy
      </button>{' '}
      <span class="note" role="status">
        {said}
      </span>
    </p>
  )
}
