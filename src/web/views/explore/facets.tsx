import { Button } from '../../components/button.tsx'
import type { Span } from '../../time/range.ts'
import { Facet } from './facet.tsx'
import { FieldList } from './field-list.tsx'
import type { Question } from './question.ts'
import type { FoundFields } from './use-fields.ts'

interface FacetsProps {
  readonly question: Question
  readonly span: Span
  readonly found: FoundFields
  /** Whether the span is known. */
  readonly isReady: boolean
  /** On a phone they are shown on demand. */
  readonly isOpen: boolean
  onClose(): void
}

const narrowings = ['level', 'facility', 'event'] as const

/** Which values the found events have. A click includes a value, or excludes it. */
export function Facets({ question, span, found, isReady, isOpen, onClose }: FacetsProps) {
  return (
    <aside class={`facets${isOpen ? ' open' : ''}`} aria-label="Facets">
      <div class="facets-close">
        <Button label="Show the events" icon="close" onPress={onClose} />
      </div>
      {narrowings.map((name) => (
        <section key={name}>
          <h3>{name}</h3>
          {isReady ? <Facet name={name} narrowing={name} question={question} span={span} /> : null}
        </section>
      ))}
      <FieldList question={question} span={span} found={found} />
    </aside>
  )
}
