import type { ComponentChildren } from 'preact'
import { levelNames } from '../../../event/level.ts'
import type { CatalogueAnswer, Now, StatsAnswer } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Link } from '../../components/link.tsx'
import {
  formatBytes,
  formatChange,
  formatCount,
  formatShare,
  formatShort,
} from '../../components/number-text.ts'
import { useApp } from '../../state/app-state.ts'
import { href } from '../../state/location.ts'
import { formatClock, formatDate } from '../../time/format.ts'
import { minuteMs, msOfMinute } from '../../time/minute.ts'
import { type Span, spanQuery } from '../../time/range.ts'
import { sameRange } from './same-range.ts'
import type { Changes } from './use-changes.ts'
import { useNow } from './use-now.ts'

interface OverviewNumbersProps {
  readonly answer: StatsAnswer
  readonly span: Span
  readonly changes: Changes | null
}

/** Error and worse. */
const severeLevels = new Set<unknown>(levelNames.slice(0, 4))

function totalsOf(answer: StatsAnswer): { events: number; errors: number } {
  let events = 0
  let errors = 0
  for (const { level, count } of answer.rows) {
    events += Number(count)
    if (severeLevels.has(level)) errors += Number(count)
  }
  return { events, errors }
}

/** The numbers of the range, and those of this moment. */
export function OverviewNumbers({ answer, span, changes }: OverviewNumbersProps) {
  const { location } = useApp()
  const before = usePrevious(span)
  const { events, errors } = totalsOf(answer)
  const statuses = changes?.catalogue.statuses
  const range = sameRange(location.place.value.parameters)
  return (
    <dl class="numbers">
      <Figure
        label="Events"
        href={href('/explore', range)}
        exact={events}
        note={changeText(events, before?.events)}
      >
        {formatShort(events)}
      </Figure>
      <Figure
        label="Errors and worse"
        href={href('/explore', { ...range, level: levelNames.slice(0, 4) })}
        exact={errors}
        note={changeText(errors, before?.errors) ?? `${formatShare(errors, events)} of all`}
        kind={errors > 0 ? 'bad' : 'good'}
      >
        {formatShort(errors)}
      </Figure>
      <Figure
        label="New event types"
        href={href('/catalogue', { ...range, status: 'new' })}
        note={changesText(changes?.catalogue ?? null, span)}
        kind={(statuses?.new ?? 0) > 0 ? 'new' : undefined}
      >
        {statuses === undefined ? '–' : formatCount(statuses.new)}
      </Figure>
      <MomentFigures />
    </dl>
  )
}

/** While the book began in this time, all of it is new. */
function changesText(changes: CatalogueAnswer | null, span: Span): string | undefined {
  if (changes === null) return undefined
  const isYoung = changes.since !== null && msOfMinute(changes.since) >= span.fromMs
  return isYoung ? 'since the book began' : `${changes.statuses.returned} returned`
}

function MomentFigures() {
  const { live, preferences } = useApp()
  const { now, rate, isForbidden } = useNow()
  const closedThrough = live.closedThrough.value
  const zone = preferences.zone.value
  const closedMs = closedThrough === null ? null : msOfMinute(closedThrough) + minuteMs
  const closed = (
    <Figure
      label="Closed through"
      note={closedMs === null ? 'no minute yet' : formatDate(closedMs, zone)}
    >
      {closedMs === null ? '–' : formatClock(closedMs, zone)}
    </Figure>
  )
  if (isForbidden) return closed
  return (
    <>
      <Figure label="Events a second, now" note={now === null ? undefined : openText(now)}>
        {rate === null ? '–' : rate.toFixed(rate < 10 ? 1 : 0)}
      </Figure>
      <Figure
        label="Refused"
        exact={now?.refused}
        note="since the start"
        kind={(now?.refused ?? 0) > 0 ? 'bad' : undefined}
      >
        {now === null ? '–' : formatShort(now.refused)}
      </Figure>
      {closed}
      <Figure
        label="Book"
        note={now === null ? undefined : `${formatBytes(now.diskFreeBytes)} free on disk`}
      >
        {now === null ? '–' : formatBytes(now.bookBytes)}
      </Figure>
    </>
  )
}

const openText = (now: Now): string =>
  now.reasons.length > 0
    ? `not taking: ${now.reasons.join(', ')}`
    : `${formatShort(now.openEvents)} in the open minute`

interface FigureProps {
  readonly label: string
  readonly href?: string
  /** The whole number, where a rounded one is shown. */
  readonly exact?: number | undefined
  readonly note?: string | undefined
  readonly kind?: 'good' | 'bad' | 'new' | undefined
  readonly children: ComponentChildren
}

function Figure({ label, href: to, exact, note, kind, children }: FigureProps) {
  const title = exact === undefined ? undefined : formatCount(exact)
  return (
    <div class={`figure ${kind ?? ''}`} title={title}>
      <dt>{label}</dt>
      <dd class="figure-value">
        {to === undefined ? children : <Link href={to}>{children}</Link>}
      </dd>
      <dd class="figure-note">{note ?? '\u00a0'}</dd>
    </div>
  )
}

/** The same numbers of the time before, which is as long. */
function usePrevious({ fromMs, toMs }: Span): { events: number; errors: number } | null {
  const previous = spanQuery({ fromMs: fromMs - (toMs - fromMs), toMs: fromMs })
  const { value } = useAnswer(`previous ${previous.from} ${previous.to}`, (api, signal) =>
    api.json<StatsAnswer>('/eventqry/stats', { ...previous, by: 'level' }, signal),
  )
  return value === null ? null : totalsOf(value)
}

/** How much more or less it is than before; nothing where there is nothing to compare with. */
function changeText(now: number, before: number | undefined): string | undefined {
  if (before === undefined) return undefined
  if (before === 0) return now === 0 ? 'as before' : undefined
  const change = formatChange(now, before) ?? '−100 %'
  return change === '+0 %' ? 'as before' : `${change} on before`
}
