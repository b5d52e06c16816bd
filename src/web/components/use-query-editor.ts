import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { FieldsAnswer, ValuesAnswer } from '../api/answers.ts'
import { useAnswer } from '../api/use-answer.ts'
import {
  fieldSuggestions,
  type Spot,
  spotAt,
  type Suggestion,
  valueSuggestions,
} from '../query/completion.ts'
import { type Span, spanQuery } from '../time/range.ts'

export interface QueryEditorOptions {
  readonly query: string
  readonly span: Span
  onSubmit(query: string): void
}

/** The text of a query while it is edited, and what could stand at its caret. */
export interface QueryEditor {
  readonly input: RefObject<HTMLInputElement | null>
  readonly text: string
  /** The suggestion that Enter takes; -1: none. */
  readonly picked: number
  readonly suggestions: readonly Suggestion[]
  type(text: string): void
  /** The caret may have moved. */
  look(): void
  /** Takes the suggestions away. */
  close(): void
  take(suggestion: Suggestion): void
  press(event: KeyboardEvent): void
}

export function useQueryEditor({ query, span, onSubmit }: QueryEditorOptions): QueryEditor {
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(query)
  const [caret, setCaret] = useState<number | null>(null)
  const [picked, setPicked] = useState(-1)
  useEffect(() => setText(query), [query])
  const spot = caret === null ? null : spotAt(text, caret)
  const suggestions = useSuggestions(spot, span)
  const close = (): void => setCaret(null)
  const look = (): void => {
    setCaret(input.current?.selectionStart ?? null)
    setPicked(-1)
  }
  const take = ({ insert }: Suggestion): void => {
    if (spot === null) return
    const at = spot.from + insert.length
    setText(text.slice(0, spot.from) + insert + text.slice(spot.to))
    setCaret(at)
    setPicked(-1)
    requestAnimationFrame(() => input.current?.setSelectionRange(at, at))
  }
  const pick = (by: 1 | -1): void => {
    const count = suggestions.length
    setPicked(picked < 0 && by < 0 ? count - 1 : (picked + by + count) % count)
  }
  const press = (event: KeyboardEvent): void => {
    const chosen = suggestions[picked]
    const isOpen = suggestions.length > 0
    if (event.key === 'ArrowDown' && isOpen) pick(1)
    else if (event.key === 'ArrowUp' && isOpen) pick(-1)
    else if ((event.key === 'Enter' || event.key === 'Tab') && chosen !== undefined) take(chosen)
    else if (event.key === 'Escape' && isOpen) close()
    else if (event.key === 'Escape') input.current?.blur()
    else if (event.key === 'Enter') {
      close()
      onSubmit(text.trim())
    } else return
    event.preventDefault()
  }
  const type = (next: string): void => {
    setText(next)
    look()
  }
  return { input, text, picked, suggestions, type, look, close, take, press }
}

/** These have no list of values; levels are known without one. */
const unlisted = new Set(['timestamp', 'received', 'id', 'level'])

function useSuggestions(spot: Spot | null, span: Span): readonly Suggestion[] {
  const range = spanQuery(span)
  const during = `${range.from} ${range.to}`
  const fields = useAnswer(spot === null ? null : `fields ${during}`, (api, signal) =>
    api.json<FieldsAnswer>('/eventqry/fields', { ...range, limit: 500 }, signal),
  )
  const field = spot?.kind === 'value' ? spot.field : ''
  const isListed = field !== '' && !unlisted.has(field)
  const values = useAnswer(isListed ? `values ${field} ${during}` : null, (api, signal) =>
    api.json<ValuesAnswer>(
      `/eventqry/fields/${encodeURIComponent(field)}/values`,
      { ...range, limit: 100 },
      signal,
    ),
  )
  if (spot === null) return []
  if (spot.kind === 'field') return fieldSuggestions(spot, fields.value?.fields ?? [])
  const known = values.value?.field === field ? values.value.values : []
  return valueSuggestions(spot, known)
}
