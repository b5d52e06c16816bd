import type { Span } from '../time/range.ts'
import { useKey } from '../state/app-state.ts'
import { Icon } from './icon.tsx'
import { QueryMirror } from './query-mirror.tsx'
import { SuggestionList } from './suggestion-list.tsx'
import { useQueryEditor } from './use-query-editor.ts'

/** What is wrong with a query, as the problem `query-syntax` says it. */
export interface QueryFault {
  /** From 1. */
  readonly column: number
  readonly detail: string
}

export interface QueryBarProps {
  /** The query that is asked at the moment. */
  readonly query: string
  /** Fields and values are suggested from here. */
  readonly span: Span
  readonly fault: QueryFault | null
  readonly placeholder?: string
  /** Enter was pressed, or a suggestion finished a term and Enter was pressed. */
  onSubmit(query: string): void
}

/** A field for the filter language: completes fields, operators and values, and underlines what is wrong. The key `/` goes there. */
export function QueryBar({ query, span, fault, placeholder, onSubmit }: QueryBarProps) {
  const editor = useQueryEditor({ query, span, onSubmit })
  const { input, text, picked, suggestions } = editor
  useKey('/', 'go to the query', () => {
    input.current?.focus()
    input.current?.select()
  })
  const isOpen = suggestions.length > 0
  return (
    <div class="query-bar" role="search">
      <Icon name="explore" />
      <div class="query-field">
        <QueryMirror text={text} fault={text.trim() === query ? fault : null} input={input} />
        <input
          ref={input}
          role="combobox"
          aria-label="Query"
          aria-expanded={isOpen}
          aria-controls="query-suggestions"
          aria-autocomplete="list"
          aria-invalid={fault !== null}
          {...(picked < 0 ? {} : { 'aria-activedescendant': `query-suggestion-${picked}` })}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          placeholder={placeholder ?? 'level>=warn facility:checkout "timed out" duration_ms>250'}
          value={text}
          onInput={(event) => editor.type(event.currentTarget.value)}
          onClick={editor.look}
          onKeyDown={editor.press}
          onBlur={editor.close}
        />
      </div>
      {isOpen ? (
        <SuggestionList suggestions={suggestions} picked={picked} onPick={editor.take} />
      ) : null}
      {fault === null || isOpen ? null : (
        <p class="query-fault" role="alert">
          Column {fault.column}: {fault.detail}
        </p>
      )}
    </div>
  )
}
