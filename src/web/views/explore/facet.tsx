import type { Json, ValuesAnswer } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Icon } from '../../components/icon.tsx'
import { formatCount, formatShort } from '../../components/number-text.ts'
import { hasTerm, termOf, withoutTerm, withTerm } from '../../query/terms.ts'
import { useApp } from '../../state/app-state.ts'
import type { Span } from '../../time/range.ts'
import { lineOf } from './event-values.ts'
import { type Narrowing, type Question, selectionQuery } from './question.ts'

interface FacetProps {
  readonly name: string
  /** What it narrows beside the query; null: it adds to the query. */
  readonly narrowing: Narrowing | null
  readonly question: Question
  readonly span: Span
}

const valuesMax = 8

/** The values of one field, those of most events first. */
export function Facet({ name, narrowing, question, span }: FacetProps) {
  const query = selectionQuery(question, span, narrowing ?? undefined)
  const { value, error } = useAnswer(`facet ${name} ${JSON.stringify(query)}`, (api, signal) =>
    api.json<ValuesAnswer>(
      `/eventqry/fields/${encodeURIComponent(name)}/values`,
      { ...query, limit: valuesMax },
      signal,
    ),
  )
  if (error !== null && value === null) return <p class="hint">not counted</p>
  if (value === null) return <p class="hint">counting…</p>
  if (value.values.length === 0) return <p class="hint">no values</p>
  const greatest = value.values[0]?.count ?? 1
  return (
    <ul class="facet">
      {value.values.map((each) => (
        <FacetValue
          key={JSON.stringify(each.value)}
          name={name}
          narrowing={narrowing}
          question={question}
          value={each.value}
          count={each.count}
          share={each.count / greatest}
        />
      ))}
      {value.others === 0 ? null : (
        <li class="hint">
          {formatCount(value.distinct - value.values.length)} more values,{' '}
          {formatShort(value.others)}
        </li>
      )}
    </ul>
  )
}

interface FacetValueProps extends Omit<FacetProps, 'span'> {
  readonly value: Json
  readonly count: number
  /** Of the greatest count. */
  readonly share: number
}

function FacetValue({ name, narrowing, question, value, count, share }: FacetValueProps) {
  const { location } = useApp()
  const text = lineOf(value)
  const picked = narrowing === null ? [] : location.place.value.parameters.getAll(narrowing)
  const term = termOf(name, value)
  const isIn = narrowing === null ? hasTerm(question.query, term) : picked.includes(text)
  const include = (): void => {
    if (narrowing === null) {
      const change = isIn ? withoutTerm : withTerm
      location.change({ q: change(question.query, term), open: null })
      return
    }
    const next = isIn ? picked.filter((each) => each !== text) : [...picked, text]
    location.change({ [narrowing]: next, open: null })
  }
  const exclude = (): void => {
    const not = termOf(name, value, true)
    const rest = picked.filter((each) => each !== text)
    location.change({
      q: withTerm(withoutTerm(question.query, term), not),
      ...(narrowing === null ? {} : { [narrowing]: rest }),
      open: null,
    })
  }
  return (
    <li class={`facet-value${isIn ? ' in' : ''}`}>
      <button
        type="button"
        class="facet-include"
        aria-pressed={isIn}
        onClick={include}
        title={text}
      >
        <span class="facet-bar" style={{ width: `${Math.max(1, share * 100)}%` }} />
        <span class={`facet-text${name === 'level' ? ` level-${text}` : ''}`}>
          {text === '' ? '(empty)' : text}
        </span>
        <span class="facet-count">{formatShort(count)}</span>
      </button>
      <button
        type="button"
        class="facet-exclude"
        aria-label={`Exclude ${name} ${text}`}
        title="Exclude"
        onClick={exclude}
      >
        <Icon name="minus" size={12} />
      </button>
    </li>
  )
}
