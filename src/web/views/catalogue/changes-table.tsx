import { useMemo, useState } from 'preact/hooks'
import { DataTable } from '../../components/data-table.tsx'
import { formatCount } from '../../components/number-text.ts'
import { Empty } from '../../components/states.tsx'
import { useApp, useKey } from '../../state/app-state.ts'
import { formatBucket } from '../../time/format.ts'
import type { Span } from '../../time/range.ts'
import { changeHref, changesColumns } from './changes-columns.tsx'
import { type Change, changeOrderDefault, type Compared, sortedChanges } from './changes.ts'
import { pairKey } from './catalogue-question.ts'

/** Rows of one view; a filter finds the others. */
const shownMax = 500

interface ChangesTableProps {
  readonly compared: Compared
  /** Of `changeKinds`; empty: all. */
  readonly kinds: readonly string[]
  readonly order: string
}

/** Which event types are new, gone, grown or shrunk against the time before, what says most first. */
export function ChangesTable({ compared, kinds, order }: ChangesTableProps) {
  const { location } = useApp()
  const sorted = useMemo(
    () =>
      sortedChanges(
        compared.changes.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind)),
        order,
      ),
    [compared, kinds.join(), order],
  )
  const rows = sorted.slice(0, shownMax)
  const [active, setActive] = useState(-1)
  const at = rows[active]
  useKey('j', 'next row', () => setActive(Math.min(active + 1, rows.length - 1)))
  useKey('k', 'row before', () => setActive(Math.max(active - 1, 0)))
  useKey('Enter', 'its events', () =>
    at === undefined ? undefined : location.go(changeHref(at, compared)),
  )
  const columns = useMemo(() => changesColumns(compared), [compared])
  return (
    <>
      <ComparedTimes compared={compared} />
      {rows.length === 0 ? (
        <Empty title="No event type has changed">
          <p>{formatCount(compared.alike)} came as often as before, but for chance.</p>
        </Empty>
      ) : (
        <section class="card">
          <DataTable
            label="Changed event types"
            columns={columns}
            rows={rows}
            rowKey={keyOf}
            order={order}
            onOrder={(next) =>
              location.change({ order: next === changeOrderDefault ? null : next })
            }
            activeKey={at === undefined ? null : keyOf(at)}
          />
        </section>
      )}
      <p class="hint">
        {formatCount(compared.alike)} event types are as before: their difference is below three
        times what chance makes of such counts.
        {sorted.length > shownMax ? ` The first ${formatCount(shownMax)} are shown.` : ''}
      </p>
    </>
  )
}

const keyOf = ({ pair }: Change): string => pairKey(pair)

function ComparedTimes({ compared }: { readonly compared: Compared }) {
  const { preferences } = useApp()
  const zone = preferences.zone.value
  const text = ({ fromMs, toMs }: Span): string => formatBucket(fromMs, toMs - fromMs, zone)
  const { span, earlier, isWhole } = compared
  return (
    <p class="compared">
      <b>{text(span)}</b>
      <span class="soft"> against </span>
      <b>{text(earlier)}</b>
      {isWhole ? null : <span class="missed">The book does not have all of the time before.</span>}
    </p>
  )
}
