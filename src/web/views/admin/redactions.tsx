import type { Redaction, RedactionList } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { formatCount } from '../../components/number-text.ts'
import { useApp } from '../../state/app-state.ts'
import { formatMinuteText } from '../../time/format.ts'

/** The newest that are listed; the API gives all. */
const listedMax = 20

/** What was removed from pages that remain, when and by whom, and whether the chain of that is whole. */
export function Redactions({ changed }: { readonly changed: string }) {
  const { preferences } = useApp()
  const zone = preferences.zone.value
  const { value, error } = useAnswer(`redactions ${changed}`, (api, signal) =>
    api.json<RedactionList>('/redactions', { limit: listedMax }, signal),
  )
  const columns: readonly Column<Redaction>[] = [
    { name: 'at', label: 'When', cell: ({ at }) => formatMinuteText(Date.parse(at), zone) },
    { name: 'by', label: 'By', class: 'phone-hidden', cell: ({ by }) => by },
    { name: 'day', label: 'Day (UTC)', class: 'phone-hidden', cell: ({ day }) => day },
    { name: 'what', label: 'What', class: 'grow', cell: ({ rules }) => whatText(rules) },
    {
      name: 'events',
      label: 'Events',
      kind: 'number',
      cell: ({ events }) => formatCount(events),
    },
    {
      name: 'pages',
      label: 'Pages',
      kind: 'number',
      class: 'phone-hidden',
      cell: ({ pages }) => formatCount(pages),
    },
  ]
  const { redactions = [], total = 0, findings = [] } = value ?? {}
  return (
    <section class="card wide" aria-label="Removed events">
      <header>
        <h2>Removed events</h2>
        {total === 0 ? null : (
          <span class="soft">
            {total > listedMax ? `the newest ${listedMax} of ` : ''}
            {formatCount(total)}
          </span>
        )}
      </header>
      {findings.map((finding) => (
        <p key={finding} class="card-body bad" role="alert">
          {finding}
        </p>
      ))}
      {error !== null && value === null ? (
        <p class="card-empty" role="alert">
          {error.message}
        </p>
      ) : redactions.length === 0 ? (
        <p class="card-empty">Nothing was taken out of a page.</p>
      ) : (
        <DataTable
          label="Removed events"
          columns={columns}
          rows={redactions}
          rowKey={({ number }) => String(number)}
        />
      )}
    </section>
  )
}

/** `shop-*, level debug or info; bank`. */
function whatText(rules: Redaction['rules']): string {
  return rules
    .map(({ facilities, levels }) => {
      const parts = [
        ...(facilities === null ? [] : [facilities.join(', ')]),
        ...(levels === null ? [] : [`level ${levels.join(' or ')}`]),
      ]
      return parts.join(', ') || 'all'
    })
    .join('; ')
}
