import { levelNames } from '../../../event/level.ts'
import type { Column } from '../../components/data-table.tsx'
import { LevelBadge } from '../../components/level-badge.tsx'
import { Link } from '../../components/link.tsx'
import { formatChange, formatCount, formatShort } from '../../components/number-text.ts'
import { Sparkline } from '../../components/sparkline.tsx'
import { href } from '../../state/location.ts'
import { isoOf } from '../../time/range.ts'
import type { Change, Compared } from './changes.ts'

/** Its events: of one that is gone, those of the time before. */
export function changeHref({ kind, pair }: Change, { span, earlier }: Compared): string {
  const { fromMs, toMs } = kind === 'gone' ? earlier : span
  const { facility, event } = pair
  return href('/explore', { from: isoOf(fromMs), to: isoOf(toMs), facility, event })
}

const worstOf = ({ pair }: Change) =>
  levelNames.find((name) => (pair.levels[name] ?? 0) > 0) ?? 'debug'

export function changesColumns(compared: Compared): readonly Column<Change>[] {
  return [
    {
      name: 'kind',
      label: 'Change',
      cell: ({ kind }) => <span class={`badge change-${kind}`}>{kind}</span>,
    },
    {
      name: 'level',
      label: 'Level',
      class: 'phone-hidden',
      cell: (change) => <LevelBadge level={worstOf(change)} />,
    },
    {
      name: 'event',
      label: 'Event',
      isSortable: true,
      class: 'grow',
      cell: (change) => (
        <>
          <Link href={changeHref(change, compared)} title={change.pair.event}>
            {change.pair.event}
          </Link>
          <span class="only-phone soft">{change.pair.facility}</span>
        </>
      ),
    },
    {
      name: 'facility',
      label: 'Facility',
      isSortable: true,
      class: 'facility-cell phone-hidden',
      cell: ({ pair }) => <span title={pair.facility}>{pair.facility}</span>,
    },
    {
      name: 'trend',
      label: 'Trend',
      class: 'phone-hidden',
      cell: (change) => (
        <Sparkline
          counts={change.pair.sparkline}
          label={`${change.pair.event} ${change.kind === 'gone' ? 'in the time before' : 'over time'}`}
          color={change.kind === 'gone' ? '--line-strong' : `--level-${worstOf(change)}`}
        />
      ),
    },
    ...figureColumns,
  ]
}

const figureColumns: readonly Column<Change>[] = [
  {
    name: 'before',
    label: 'Before',
    kind: 'number',
    isSortable: true,
    cell: ({ before }) => <Count value={before} />,
  },
  {
    name: 'now',
    label: 'Now',
    kind: 'number',
    isSortable: true,
    cell: ({ now }) => <Count value={now} />,
  },
  {
    name: 'difference',
    label: 'Difference',
    kind: 'number',
    isSortable: true,
    class: 'phone-hidden',
    cell: ({ difference }) => (
      <span class={`change-figure ${difference > 0 ? 'up' : 'down'}`} title={signed(difference)}>
        {signed(difference, formatShort)}
      </span>
    ),
  },
  {
    name: 'share',
    label: 'Relative',
    kind: 'number',
    class: 'phone-hidden',
    cell: ({ now, before }) => formatChange(now, before) ?? '',
  },
]

function Count({ value }: { readonly value: number }) {
  return <span title={formatCount(value)}>{formatShort(value)}</span>
}

function signed(value: number, format: (value: number) => string = formatCount): string {
  return `${value < 0 ? '−' : '+'}${format(Math.abs(value))}`
}
