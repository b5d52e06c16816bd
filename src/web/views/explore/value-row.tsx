import { Button } from '../../components/button.tsx'
import type { Json } from '../../api/answers.ts'
import { termOf, withTerm } from '../../query/terms.ts'
import { useApp } from '../../state/app-state.ts'
import { formatInstant } from '../../time/format.ts'
import { type Exact, ExactNumber, exactText } from './event-values.ts'
import { columnsChange } from './question.ts'
import { StackTrace } from './stack-trace.tsx'

/** The query that a value narrows, and the columns it may be one of; null: the list has no choice of columns. */
export interface Asked {
  readonly query: string
  readonly columns: readonly string[] | null
}

interface ValueRowProps {
  readonly path: string
  readonly value: Exact
  readonly question: Asked
}

/** A value with its name and kind, and the buttons that ask for it. */
export function ValueRow({ path, value, question }: ValueRowProps) {
  const { location } = useApp()
  const plain = plainOf(value)
  const narrow = (isNot: boolean): void => {
    if (plain === undefined) return
    location.change({ q: withTerm(question.query, termOf(path, plain, isNot)), open: null })
  }
  const { columns } = question
  const isShown = columns?.includes(path) === true
  const column = (): void => {
    if (columns === null) return
    const next = isShown ? columns.filter((each) => each !== path) : [...columns, path]
    if (next.length > 0) location.change(columnsChange(next), { replace: true })
  }
  return (
    <div class="value">
      <dt title={path}>{path}</dt>
      <dd class="value-tools">
        {plain === undefined ? null : (
          <>
            <Button
              label={`Only this ${path}`}
              icon="plus"
              isBare
              kind="quiet"
              onPress={() => narrow(false)}
            />
            <Button
              label={`Without this ${path}`}
              icon="minus"
              isBare
              kind="quiet"
              onPress={() => narrow(true)}
            />
          </>
        )}
        {columns === null ? null : (
          <Button
            label={isShown ? `No column ${path}` : `Column ${path}`}
            icon="columns"
            isBare
            kind="quiet"
            isPressed={isShown}
            onPress={column}
          />
        )}
      </dd>
      <dd class="value-text">
        <ValueText path={path} value={value} />
      </dd>
    </div>
  )
}

function ValueText({ path, value }: { readonly path: string; readonly value: Exact }) {
  const { preferences } = useApp()
  if (value instanceof ExactNumber) return <span class="value-number">{value.text}</span>
  if (value === null) return <span class="value-null">null</span>
  if (typeof value === 'boolean') return <span class="value-bool">{String(value)}</span>
  if (typeof value !== 'string') return <code class="value-json">{exactText(value)}</code>
  if (path === 'timestamp' || path === 'received') {
    const local = formatInstant(value, preferences.zone.value)
    return (
      <>
        {value}{' '}
        {preferences.zone.value === 'utc' ? null : <span class="soft">({local} local)</span>}
      </>
    )
  }
  if (value.includes('\n')) return <StackTrace text={value} />
  return (
    <span class="value-string">
      {value === '' ? <span class="value-null">empty text</span> : value}
    </span>
  )
}

/** What a term can compare with: no list and no object. */
function plainOf(value: Exact): Json | undefined {
  if (value instanceof ExactNumber) return value.text
  return value === null || typeof value !== 'object' ? value : undefined
}
