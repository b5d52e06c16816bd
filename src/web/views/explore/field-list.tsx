import { useState } from 'preact/hooks'
import type { FieldEntry } from '../../api/answers.ts'
import { formatCount, formatShort } from '../../components/number-text.ts'
import type { Span } from '../../time/range.ts'
import { Facet } from './facet.tsx'
import type { Question } from './question.ts'
import type { FoundFields } from './use-fields.ts'

interface FieldListProps {
  readonly question: Question
  readonly span: Span
  readonly found: FoundFields
}

/** The event's own members have facets of their own. */
const own = new Set(['level', 'facility', 'event'])
/** Fields shown before all are asked for. */
const fieldsShown = 12

/** The fields of what was found; each opens to its values. */
export function FieldList({ question, span, found }: FieldListProps) {
  const [opened, setOpened] = useState<readonly string[]>([])
  const [isAll, setAll] = useState(false)
  const fields = found.fields.filter(({ name }) => !own.has(name))
  const others = found.others.filter(({ name }) => !own.has(name))
  const shown = isAll ? fields : fields.slice(0, fieldsShown)
  const count = fields.length + others.length
  const toggle = (name: string): void => {
    setOpened(opened.includes(name) ? opened.filter((each) => each !== name) : [...opened, name])
  }
  const rowOf = (field: FieldEntry, note: string, countText: string) => (
    <FieldRow
      key={field.name}
      field={field}
      note={note}
      countText={countText}
      isOpen={opened.includes(field.name)}
      question={question}
      span={span}
      onPress={() => toggle(field.name)}
    />
  )
  return (
    <section aria-label="Fields">
      <h3>fields</h3>
      {found.isExact ? null : <SampleNote found={found} />}
      <ul class="facet-fields">
        {shown.map((field) =>
          found.isExact
            ? rowOf(field, `in ${formatCount(field.events)} events`, formatShort(field.events))
            : rowOf(field, `in ${field.events} of the first ${found.sampled} found`, ''),
        )}
        {isAll ? others.map((field) => rowOf(field, 'in other events of this time', '')) : null}
      </ul>
      {count <= shown.length && !isAll ? null : (
        <button type="button" class="link-button" onClick={() => setAll(!isAll)}>
          {isAll ? 'Fewer' : `All ${formatCount(count)} fields`}
        </button>
      )}
    </section>
  )
}

/** That the fields are those of the first events, and how to have those of all. */
function SampleNote({ found }: { readonly found: FoundFields }) {
  const { sampled, isCounting, count } = found
  if (isCounting) return <p class="hint">counting in all events…</p>
  if (sampled === 0) return null
  return (
    <p class="hint">
      of the first {formatCount(sampled)} ·{' '}
      <button type="button" class="link-button" onClick={count}>
        Count all
      </button>
    </p>
  )
}

interface FieldRowProps {
  readonly field: FieldEntry
  /** Which events have it. */
  readonly note: string
  readonly countText: string
  readonly isOpen: boolean
  readonly question: Question
  readonly span: Span
  onPress(): void
}

function FieldRow({ field, note, countText, isOpen, question, span, onPress }: FieldRowProps) {
  const { name, kinds } = field
  const kindNames = Object.keys(kinds)
  return (
    <li>
      <button
        type="button"
        class="facet-field"
        aria-expanded={isOpen}
        onClick={onPress}
        title={`${name}: ${kindNames.join(', ')}, ${note}`}
      >
        <span class={`kind kind-${kindNames[0] ?? 'text'}`} aria-hidden="true" />
        <span class="facet-name">{name}</span>
        <span class="facet-count">{countText}</span>
      </button>
      {isOpen ? <Facet name={name} narrowing={null} question={question} span={span} /> : null}
    </li>
  )
}
