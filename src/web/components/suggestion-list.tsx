import type { Suggestion } from '../query/completion.ts'

interface SuggestionListProps {
  readonly suggestions: readonly Suggestion[]
  /** The one that Enter would take; -1: none. */
  readonly picked: number
  onPick(suggestion: Suggestion): void
}

/** What could stand at the caret. */
export function SuggestionList({ suggestions, picked, onPick }: SuggestionListProps) {
  return (
    <ul class="suggestions" id="query-suggestions" role="listbox" aria-label="Suggestions">
      {suggestions.map((suggestion, index) => (
        <li
          key={suggestion.insert}
          id={`query-suggestion-${index}`}
          role="option"
          aria-selected={index === picked}
          // The field must keep the focus.
          onPointerDown={(event) => {
            event.preventDefault()
            onPick(suggestion)
          }}
        >
          <span class="mono">{suggestion.label}</span>
          <span class="soft">{suggestion.note}</span>
        </li>
      ))}
    </ul>
  )
}
