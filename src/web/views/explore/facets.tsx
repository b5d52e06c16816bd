import { useState } from 'preact/hooks'
import type { FieldEntry } from '../../api/answers.ts'
import { Button } from '../../components/button.tsx'
import { formatCount } from '../../components/number-text.ts'
import type { Span } from '../../time/range.ts'
import { Facet } from './facet.tsx'
import type { Question } from './question.ts'

interface FacetsProps {
  readonly question: Question
  readonly span: Span
  readonly fields: readonly FieldEntry[]
  /** Whether the span is known. */
  readonly isReady: boolean
  /** On a phone they are shown on demand. */
  readonly isOpen: boolean
  onClose(): void
}

const narrowings = ['level', 'facility', 'event'] as const
/** Fields shown before all are asked for. */
const fieldsShown = 12

/** Which values the found events have. A click includes a value, or excludes it. */
export function Facets({ question, span, fields, isReady, isOpen, onClose }: FacetsProps) {
  const [opened, setOpened] = useState<readonly string[]>([])
  const [isAll, setAll] = useState(false)
  const own = fields.filter(({ name }) => !narrowings.some((each) => each === name))
  const shown = isAll ? own : own.slice(0, fieldsShown)
  const toggle = (name: string): void => {
    setOpened(opened.includes(name) ? opened.filter((each) => each !== name) : [...opened, name])
  }
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
      <section>
        <h3>fields</h3>
        <ul class="facet-fields">
          {shown.map(({ name, events, kinds }) => (
            <li key={name}>
              <button
                type="button"
                class="facet-field"
                aria-expanded={opened.includes(name)}
                onClick={() => toggle(name)}
                title={`${Object.keys(kinds).join(', ')}, in ${formatCount(events)} events`}
              >
                <span class={`kind kind-${Object.keys(kinds)[0] ?? 'text'}`} aria-hidden="true" />
                <span class="facet-name">{name}</span>
              </button>
              {opened.includes(name) ? (
                <Facet name={name} narrowing={null} question={question} span={span} />
              ) : null}
            </li>
          ))}
        </ul>
        {own.length <= fieldsShown ? null : (
          <button type="button" class="link-button" onClick={() => setAll(!isAll)}>
            {isAll ? 'Fewer' : `All ${own.length} fields`}
          </button>
        )}
      </section>
    </aside>
  )
}
