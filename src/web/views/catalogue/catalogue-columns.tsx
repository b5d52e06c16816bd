import { levelNames } from '../../../event/level.ts'
import type { CataloguePair } from '../../api/answers.ts'
import type { Column } from '../../components/data-table.tsx'
import { LevelBadge } from '../../components/level-badge.tsx'
import { Link } from '../../components/link.tsx'
import { formatChange, formatCount, formatShort } from '../../components/number-text.ts'
import { Sparkline } from '../../components/sparkline.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { href, type ParameterChange } from '../../state/location.ts'
import type { Zone } from '../../state/preferences.ts'
import { formatMinuteText } from '../../time/format.ts'
import { pairKey } from './catalogue-question.ts'

export interface CatalogueLook {
  readonly before: ReadonlyMap<string, number>
  readonly range: ParameterChange
  readonly zone: Zone
}

/** The events of a pair; of one that is silent, all there ever were. */
export function pairHref(
  { facility, event, status }: CataloguePair,
  range: ParameterChange,
): string {
  const during = status === 'silent' ? { from: 'all' } : range
  return href('/explore', { ...during, facility, event })
}

const worstOf = ({ levels }: CataloguePair) => levelNames.find((name) => (levels[name] ?? 0) > 0)

export function catalogueColumns(look: CatalogueLook): readonly Column<CataloguePair>[] {
  return [...whatColumns(look), ...countColumns(look)]
}

/** Which event type it is. */
function whatColumns({ range }: CatalogueLook): readonly Column<CataloguePair>[] {
  return [
    {
      name: 'status',
      label: 'Status',
      isSortable: true,
      cell: ({ status }) => <StatusBadge status={status} />,
    },
    {
      name: 'level',
      label: 'Level',
      class: 'phone-hidden',
      cell: (pair) => {
        const worst = worstOf(pair)
        return worst === undefined ? null : <LevelBadge level={worst} />
      },
    },
    {
      name: 'event',
      label: 'Event',
      isSortable: true,
      class: 'grow',
      cell: (pair) => (
        <>
          <Link href={pairHref(pair, range)} title={pair.event}>
            {pair.event}
          </Link>
          <span class="only-phone soft">{pair.facility}</span>
        </>
      ),
    },
    {
      name: 'facility',
      label: 'Facility',
      isSortable: true,
      class: 'facility-cell phone-hidden',
      cell: ({ facility }) => <span title={facility}>{facility}</span>,
    },
    {
      name: 'trend',
      label: 'Trend',
      class: 'phone-hidden',
      cell: (pair) => (
        <Sparkline
          counts={pair.sparkline}
          label={`${pair.event} over time`}
          color={`--level-${worstOf(pair) ?? 'info'}`}
        />
      ),
    },
  ]
}

/** How often it was seen, and when. */
function countColumns({ before, zone }: CatalogueLook): readonly Column<CataloguePair>[] {
  const moment = (text: string): string => formatMinuteText(Date.parse(text), zone)
  return [
    {
      name: 'count',
      label: 'Events',
      kind: 'number',
      isSortable: true,
      cell: ({ count }) => <span title={formatCount(count)}>{formatShort(count)}</span>,
    },
    {
      name: 'change',
      label: 'Change',
      kind: 'number',
      class: 'phone-hidden',
      cell: (pair) => <Change now={pair.count} before={before.get(pairKey(pair)) ?? 0} />,
    },
    {
      name: 'first',
      label: 'First seen',
      isSortable: true,
      class: 'phone-hidden wide-only',
      cell: ({ first }) => moment(first),
    },
    {
      name: 'last',
      label: 'Last seen',
      isSortable: true,
      class: 'phone-hidden',
      cell: ({ last }) => moment(last),
    },
    {
      name: 'total',
      label: 'Ever',
      kind: 'number',
      isSortable: true,
      class: 'phone-hidden wide-only',
      cell: ({ total }) => <span title={formatCount(total)}>{formatShort(total)}</span>,
    },
  ]
}

/** Against the time before, which is as long. */
function Change({ now, before }: { readonly now: number; readonly before: number }) {
  const title = `${formatCount(before)} in the time before`
  if (before === 0) {
    return (
      <span class="delta" title={title}>
        {now === 0 ? '' : 'none before'}
      </span>
    )
  }
  const change = formatChange(now, before) ?? '−100 %'
  if (change === '+0 %') {
    return (
      <span class="delta" title={title}>
        as before
      </span>
    )
  }
  return (
    <span class={`delta ${now > before ? 'up' : 'down'}`} title={title}>
      {change}
    </span>
  )
}
