import type { ProducerAccount, ProducersAnswer } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { formatCount } from '../../components/number-text.ts'
import { Problem } from '../../components/states.tsx'
import { useApp } from '../../state/app-state.ts'
import type { Zone } from '../../state/preferences.ts'
import { formatMinuteText } from '../../time/format.ts'

const listedMax = 200

/** What has come of each producer's events, and what is missing. */
export function Producers() {
  const { live, preferences } = useApp()
  const { value, error, reload } = useAnswer(
    `producers ${live.closedThrough.value}`,
    (api, signal) => api.json<ProducersAnswer>('/eventqry/producers', { limit: listedMax }, signal),
  )
  const totals = value?.totals
  return (
    <section class="card" aria-label="Producers">
      <header>
        <h2>Producers</h2>
        {totals === undefined ? null : (
          <span class={totals.missing > 0 ? 'bad' : 'soft'}>
            {formatCount(totals.producers)} with {formatCount(totals.accepted)} events,{' '}
            {formatCount(totals.missing)} missing
          </span>
        )}
      </header>
      {error !== null && value === null ? <Problem error={error} onRetry={reload} /> : null}
      {value === null || value.producers.length === 0 ? (
        <p class="card-empty">
          No producer has numbered its events. Loggers of <code>minutebook/client</code> do.
        </p>
      ) : (
        <DataTable
          label="Producers"
          columns={columnsOf(preferences.zone.value)}
          rows={value.producers}
          rowKey={({ producer }) => producer}
        />
      )}
    </section>
  )
}

const columnsOf = (zone: Zone): readonly Column<ProducerAccount>[] => [
  {
    name: 'producer',
    label: 'Producer',
    class: 'grow',
    cell: ({ producer }) => <code>{producer}</code>,
  },
  {
    name: 'accepted',
    label: 'Events',
    kind: 'number',
    cell: ({ accepted }) => formatCount(accepted),
  },
  {
    name: 'missing',
    label: 'Missing',
    kind: 'number',
    cell: ({ missing }) => <span class={missing > 0 ? 'bad' : ''}>{formatCount(missing)}</span>,
  },
  {
    name: 'rejected',
    label: 'Rejected',
    kind: 'number',
    class: 'phone-hidden',
    cell: ({ rejected }) => formatCount(rejected),
  },
  {
    name: 'duplicates',
    label: 'Twice',
    kind: 'number',
    class: 'phone-hidden',
    cell: ({ duplicates }) => formatCount(duplicates),
  },
  {
    name: 'lastSeen',
    label: 'Last seen',
    class: 'phone-hidden',
    cell: ({ lastSeen }) => formatMinuteText(Date.parse(lastSeen), zone),
  },
]
