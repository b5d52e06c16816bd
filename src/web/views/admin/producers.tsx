import { useState } from 'preact/hooks'
import type { ProducerAccount, ProducersAnswer } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { formatCount } from '../../components/number-text.ts'
import { Problem } from '../../components/states.tsx'
import { useApp } from '../../state/app-state.ts'
import type { Zone } from '../../state/preferences.ts'
import { formatMinuteText } from '../../time/format.ts'

const listedMax = 200
/** Gaps that a cell names; the others are in what is shown above it. */
const gapsShown = 3

/** What has come of each producer's events, and what is missing. */
export function Producers() {
  const { live, preferences } = useApp()
  const [isMissing, setMissing] = useState(false)
  const { value, error, reload } = useAnswer(
    `producers ${isMissing} ${live.closedThrough.value}`,
    (api, signal) => {
      const query = { limit: listedMax, missing: isMissing ? true : null }
      return api.json<ProducersAnswer>('/eventqry/producers', query, signal)
    },
  )
  const totals = value?.totals
  return (
    <section class="card wide" aria-label="Producers">
      <header>
        <h2>Producers</h2>
        {totals === undefined ? null : (
          <span class={totals.missing > 0 ? 'bad' : 'soft'}>
            {formatCount(totals.producers)} with {formatCount(totals.accepted)} events,{' '}
            {formatCount(totals.missing)} missing
          </span>
        )}
        <label>
          <input
            type="checkbox"
            checked={isMissing}
            onChange={(event) => setMissing(event.currentTarget.checked)}
          />
          with losses only
        </label>
      </header>
      {error !== null && value === null ? <Problem error={error} onRetry={reload} /> : null}
      {value === null || value.producers.length === 0 ? (
        <p class="card-empty">
          {isMissing ? (
            'No event of any producer is missing.'
          ) : (
            <>
              No producer has numbered its events. Loggers of <code>minutebook/client</code> do.
            </>
          )}
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
    cell: ({ producer }) => <code title={producer}>{producer}</code>,
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
    name: 'gaps',
    label: 'Their numbers',
    class: 'phone-hidden',
    cell: ({ gaps }) => <Gaps gaps={gaps} />,
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
    name: 'firstSeen',
    label: 'First seen',
    class: 'phone-hidden wide-only',
    cell: ({ firstSeen }) => formatMinuteText(Date.parse(firstSeen), zone),
  },
  {
    name: 'lastSeen',
    label: 'Last seen',
    class: 'phone-hidden',
    cell: ({ lastSeen }) => formatMinuteText(Date.parse(lastSeen), zone),
  },
]

/** `48,001–48,500, 49,000`. */
function Gaps({ gaps }: Pick<ProducerAccount, 'gaps'>) {
  const texts = gaps.map(([from, through]) =>
    from === through ? formatCount(from) : `${formatCount(from)}–${formatCount(through)}`,
  )
  const rest = texts.length - gapsShown
  return (
    <span class="soft" title={texts.join(', ')}>
      {texts.slice(0, gapsShown).join(', ')}
      {rest > 0 ? ` and ${formatCount(rest)} more` : ''}
    </span>
  )
}
