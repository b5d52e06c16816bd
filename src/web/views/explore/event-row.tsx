import type { StoredEvent } from '../../api/answers.ts'
import { LevelBadge } from '../../components/level-badge.tsx'
import type { Zone } from '../../state/preferences.ts'
import { formatInstant } from '../../time/format.ts'
import { lineOf, summaryOf, valueAt } from './event-values.ts'

export const rowHeight = 27

/** What all rows of a list have in common. */
export interface RowLook {
  readonly columns: readonly string[]
  readonly zone: Zone
  /** All is of one day, and times go without it. */
  readonly isOneDay: boolean
}

const labels: Readonly<Record<string, string>> = { timestamp: 'time', additional: 'details' }

/** Widths of the columns, for the header and all rows alike. */
function templateOf({ columns, isOneDay }: RowLook): string {
  return columns
    .map((name) => {
      if (name === 'timestamp' || name === 'received') return isOneDay ? '6.25rem' : '10.75rem'
      if (name === 'level') return '4rem'
      if (name === 'facility') return '7.5rem'
      if (name === 'event') return 'minmax(12rem, 1.6fr)'
      if (name === 'additional') return 'minmax(12rem, 1.5fr)'
      return name === 'id' ? '9.5rem' : 'minmax(6rem, 0.7fr)'
    })
    .join(' ')
}

export function EventHeader({ look }: { readonly look: RowLook }) {
  return (
    <div class="event-row event-head" style={{ gridTemplateColumns: templateOf(look) }}>
      {look.columns.map((name) => (
        <span key={name} class={`cell cell-${name}`} title={name}>
          {labels[name] ?? name}
        </span>
      ))}
    </div>
  )
}

interface EventRowProps {
  readonly event: StoredEvent
  readonly look: RowLook
  readonly isActive: boolean
  readonly isOpen: boolean
  onPress(): void
}

/** An event in a line. */
export function EventRow({ event, look, isActive, isOpen, onPress }: EventRowProps) {
  const state = `${isActive ? ' active' : ''}${isOpen ? ' open' : ''}`
  return (
    <button
      type="button"
      tabIndex={-1}
      class={`event-row level-${event.level ?? 'debug'}${state}`}
      aria-expanded={isOpen}
      style={{ gridTemplateColumns: templateOf(look) }}
      onClick={onPress}
    >
      {look.columns.map((name) => (
        <Cell key={name} name={name} event={event} look={look} />
      ))}
    </button>
  )
}

interface CellProps {
  readonly name: string
  readonly event: StoredEvent
  readonly look: RowLook
}

function Cell({ name, event, look }: CellProps) {
  if (name === 'level') {
    return (
      <span class="cell">
        {event.level === undefined ? '' : <LevelBadge level={event.level} />}
      </span>
    )
  }
  const known = ['timestamp', 'received', 'facility', 'event', 'additional', 'id'].includes(name)
  return <span class={`cell cell-${known ? name : 'field'}`}>{cellText(name, event, look)}</span>
}

function cellText(name: string, event: StoredEvent, { zone, isOneDay }: RowLook): string {
  if (name === 'additional') return summaryOf(event.additional)
  if (name === 'timestamp' || name === 'received') {
    const text = formatInstant(event[name] ?? '', zone)
    return isOneDay ? text.slice(11, 23) : text.slice(5, 23)
  }
  return lineOf(valueAt(event, name)).replace(/\s+/g, ' ')
}
