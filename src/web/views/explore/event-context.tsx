import { useState } from 'preact/hooks'
import type { StoredEvent } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Button } from '../../components/button.tsx'
import { LevelBadge } from '../../components/level-badge.tsx'
import { Link } from '../../components/link.tsx'
import { Problem } from '../../components/states.tsx'
import { useApp } from '../../state/app-state.ts'
import { href } from '../../state/location.ts'
import { formatInstant } from '../../time/format.ts'
import { summaryOf } from './event-values.ts'

interface ContextAnswer {
  readonly events: readonly StoredEvent[]
}

const stepEvents = 5
const sideMax = 500

/** What the same facility logged right before and after an event; asked for when it is wanted. */
export function EventContext({ id }: { readonly id: string }) {
  const [sides, setSides] = useState<{ before: number; after: number } | null>(null)
  const key = sides === null ? null : `context ${id} ${sides.before} ${sides.after}`
  const { value, error, isLoading } = useAnswer(key, (api, signal) =>
    api.json<ContextAnswer>(`/eventqry/events/${id}/context`, { ...sides }, signal),
  )
  if (sides === null) {
    return (
      <Button
        label="What came before and after"
        icon="tail"
        kind="quiet"
        onPress={() => setSides({ before: stepEvents, after: stepEvents })}
      />
    )
  }
  if (error !== null) return <Problem error={error} />
  const more = (side: 'before' | 'after'): void =>
    setSides({ ...sides, [side]: Math.min(sideMax, sides[side] * 2) })
  return (
    <section class="context" aria-label="Before and after" aria-busy={isLoading}>
      <Button label="Earlier" icon="up" kind="quiet" onPress={() => more('before')} />
      <ol>
        {(value?.events ?? []).map((event) => (
          <ContextRow key={event.id} event={event} isThis={event.id === id} />
        ))}
      </ol>
      <Button label="Later" icon="down" kind="quiet" onPress={() => more('after')} />
    </section>
  )
}

function ContextRow({ event, isThis }: { readonly event: StoredEvent; readonly isThis: boolean }) {
  const { preferences } = useApp()
  return (
    <li class={isThis ? 'this' : undefined} aria-current={isThis ? 'true' : undefined}>
      <span class="cell-timestamp">
        {formatInstant(event.timestamp ?? '', preferences.zone.value).slice(11)}
      </span>
      {event.level === undefined ? null : <LevelBadge level={event.level} />}
      {isThis ? (
        <b>{event.event}</b>
      ) : (
        <Link href={href('/explore', { q: `id:${event.id}`, from: 'all', open: event.id })}>
          {event.event}
        </Link>
      )}
      <span class="soft context-details">{summaryOf(event.additional)}</span>
    </li>
  )
}
