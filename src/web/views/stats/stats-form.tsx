import { useEffect, useState } from 'preact/hooks'
import type { FieldsAnswer } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { useApp } from '../../state/app-state.ts'
import type { ParameterChange } from '../../state/location.ts'
import { type Span, spanQuery } from '../../time/range.ts'
import { chartKinds, groupsDefault, type StatsQuestion } from './stats-question.ts'

interface StatsFormProps {
  readonly question: StatsQuestion
  readonly span: Span
}

const functions = ['distinct', 'sum', 'avg', 'min', 'max', 'p50', 'p90', 'p99'] as const
const everyChoices = ['auto', '1m', '5m', '15m', '1h', '6h', '1d', '1w', 'none'] as const

/** What the statistic is of: groups, aggregate, time buckets, and how it is drawn. */
export function StatsForm({ question, span }: StatsFormProps) {
  const { location } = useApp()
  const during = spanQuery(span)
  const { value } = useAnswer(`fields ${during.from} ${during.to}`, (api, signal) =>
    api.json<FieldsAnswer>('/eventqry/fields', { ...during, limit: 500 }, signal),
  )
  const fields = value?.fields ?? []
  const numbers = fields.filter(({ kinds }) => (kinds['number'] ?? 0) > 0).map(({ name }) => name)
  const change = (next: ParameterChange): void => location.change(next)
  return (
    <div class="stats-form card">
      <TextField
        label="Group by"
        value={question.by.join(',')}
        choices={fields.map(({ name }) => name)}
        onChange={(by) => change({ by: by === '' ? 'none' : by === 'level' ? null : by })}
      />
      <TextField
        label="Count or measure"
        value={question.agg}
        choices={[
          'count',
          'rate',
          ...numbers.flatMap((name) => functions.map((each) => `${each}(${name})`)),
        ]}
        onChange={(agg) => change({ agg: agg === '' || agg === 'count' ? null : agg })}
      />
      <label class="field">
        Every
        <select
          value={everyChoices.some((each) => each === question.every) ? question.every : 'auto'}
          onChange={(event) => {
            const every = event.currentTarget.value
            change({ every: every === 'auto' ? null : every })
          }}
        >
          {everyChoices.map((each) => (
            <option key={each} value={each}>
              {each === 'auto' ? 'as fits' : each === 'none' ? 'no buckets' : each}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        Groups at most
        <select
          value={String(question.top)}
          onChange={(event) => {
            const top = Number(event.currentTarget.value)
            change({ top: top === groupsDefault ? null : top })
          }}
        >
          {[...new Set([5, 8, 20, 100, 1_000, question.top])].map((each) => (
            <option key={each} value={String(each)}>
              {each}
            </option>
          ))}
        </select>
      </label>
      <ChartChoice question={question} />
    </div>
  )
}

function ChartChoice({ question }: Pick<StatsFormProps, 'question'>) {
  const { location } = useApp()
  return (
    <fieldset class="segments">
      <legend>Shown as</legend>
      {chartKinds.map((kind) => (
        <button
          key={kind}
          type="button"
          aria-pressed={question.chart === kind}
          onClick={() => location.change({ chart: kind === 'bar' ? null : kind })}
        >
          {kind === 'bar' ? 'stacked bars' : kind === 'line' ? 'lines' : 'table'}
        </button>
      ))}
    </fieldset>
  )
}

interface TextFieldProps {
  readonly label: string
  readonly value: string
  readonly choices: readonly string[]
  onChange(value: string): void
}

/** A text with choices that are only proposals: several fields may stand there, separated by commas. */
function TextField({ label, value, choices, onChange }: TextFieldProps) {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  const id = `choices-${label.replace(/\W/g, '-')}`
  return (
    <label class="field">
      {label}
      <input
        list={id}
        value={text}
        spellcheck={false}
        onInput={(event) => setText(event.currentTarget.value)}
        onChange={() => onChange(text.replace(/\s/g, ''))}
      />
      <datalist id={id}>
        {choices.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </label>
  )
}
