import type { CataloguePair } from '../../api/answers.ts'
import { levelNames } from '../../../event/level.ts'
import type { Answer } from '../../api/use-answer.ts'
import { LevelBadge } from '../../components/level-badge.tsx'
import { Link } from '../../components/link.tsx'
import { formatCount, formatShort } from '../../components/number-text.ts'
import { Sparkline } from '../../components/sparkline.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { Problem } from '../../components/states.tsx'
import { useApp } from '../../state/app-state.ts'
import { href } from '../../state/location.ts'
import { formatClock, formatLength } from '../../time/format.ts'
import { minuteMs } from '../../time/minute.ts'
import { sameRange } from './same-range.ts'
import { type Changes, pairKey } from './use-changes.ts'

const shownMax = 8

/** Event types that were never seen before, and those that have come back: what to look at first. */
export function ChangeList({ changes }: { readonly changes: Answer<Changes> }) {
  const { location } = useApp()
  const { value, error, reload } = changes
  const pairs = value?.pairs ?? []
  const range = sameRange(location.place.value.parameters)
  return (
    <section class="card" aria-label="New and returned event types">
      <header>
        <h2>New and returned</h2>
        <span class="links">
          <Link href={href('/catalogue', { ...range, show: 'changes' })}>What changed</Link>
          <Link href={href('/catalogue', range)}>Catalogue</Link>
        </span>
      </header>
      {error !== null && value === null ? <Problem error={error} onRetry={reload} /> : null}
      {value !== null && pairs.length === 0 ? (
        <p class="card-empty">No event type is new or has returned in this time.</p>
      ) : null}
      <ul class="changes">
        {pairs.slice(0, shownMax).map((pair) => (
          <Change key={pairKey(pair)} pair={pair} />
        ))}
      </ul>
      {(value?.catalogue.found ?? 0) <= shownMax ? null : (
        <p class="card-empty">
          <Link href={href('/catalogue', { ...range, status: ['new', 'returned'] })}>
            {formatCount((value?.catalogue.found ?? 0) - shownMax)} more
          </Link>
        </p>
      )}
    </section>
  )
}

function Change({ pair }: { readonly pair: CataloguePair }) {
  const { location, preferences } = useApp()
  const { facility, event, status, count, levels, first, sparkline } = pair
  const worst = levelNames.find((name) => (levels[name] ?? 0) > 0) ?? 'debug'
  const range = sameRange(location.place.value.parameters)
  const when =
    status === 'returned' && pair.returnedAfterMinutes !== null
      ? `after ${formatLength(pair.returnedAfterMinutes * minuteMs)}`
      : `since ${formatClock(Date.parse(first), preferences.zone.value)}`
  return (
    <li class="change">
      <StatusBadge status={status} />
      <div class="change-what">
        <Link href={href('/explore', { ...range, facility, event })}>{event}</Link>
        <span class="soft">
          {facility} · {when}
        </span>
      </div>
      <LevelBadge level={worst} />
      <Sparkline counts={sparkline} label={`${event} over time`} color={`--level-${worst}`} />
      <b class="change-count" title={formatCount(count)}>
        {formatShort(count)}
      </b>
    </li>
  )
}
