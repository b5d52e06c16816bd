import type { BookIndex, DayCount, Now } from '../../api/answers.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Link } from '../../components/link.tsx'
import { formatBytes, formatCount } from '../../components/number-text.ts'
import { href } from '../../state/location.ts'

interface StorageProps {
  readonly index: BookIndex
  readonly now: Now
}

const dayMs = 86_400_000

/** What each day takes on disk. */
export function Storage({ index, now }: StorageProps) {
  const days = (index.days ?? []).toReversed()
  const greatest = Math.max(1, ...days.map(({ bytes }) => bytes))
  const columns: readonly Column<DayCount>[] = [
    {
      name: 'day',
      label: 'Day (UTC)',
      cell: ({ day }) => {
        const to = new Date(Date.parse(day) + dayMs).toISOString()
        return <Link href={href('/explore', { from: `${day}T00:00:00.000Z`, to })}>{day}</Link>
      },
    },
    { name: 'events', label: 'Events', kind: 'number', cell: ({ events }) => formatCount(events) },
    { name: 'pages', label: 'Pages', kind: 'number', cell: ({ pages }) => formatCount(pages) },
    { name: 'bytes', label: 'Size', kind: 'number', cell: ({ bytes }) => formatBytes(bytes) },
    {
      name: 'share',
      label: 'Share',
      isLabelHidden: true,
      class: 'grow phone-hidden',
      cell: ({ bytes }) => (
        <span class="share-bar">
          <span style={{ width: `${(100 * bytes) / greatest}%` }} />
        </span>
      ),
    },
  ]
  return (
    <section class="card" aria-label="Storage">
      <header>
        <h2>Storage by day</h2>
        <span class="soft">
          {formatBytes(now.bookBytes)} on disk, {formatBytes(now.diskFreeBytes)} free
        </span>
      </header>
      {days.length === 0 ? (
        <p class="card-empty">The book is empty.</p>
      ) : (
        <DataTable label="Storage by day" columns={columns} rows={days} rowKey={({ day }) => day} />
      )}
    </section>
  )
}
