import { useState } from 'preact/hooks'
import { VirtualList } from '../../components/virtual-list.tsx'
import { useApp } from '../../state/app-state.ts'
import { EventHeader, EventRow, rowHeight } from '../explore/event-row.tsx'
import { EventValues } from '../explore/event-values-list.tsx'
import { isMap, readExact } from '../explore/event-values.ts'
import { columnsDefault } from '../explore/question.ts'
import type { TailEvent } from './kept-events.ts'

interface TailListProps {
  readonly events: readonly TailEvent[]
  readonly query: string
}

/** The newest first. A row opens to all values of its event. */
export function TailList({ events, query }: TailListProps) {
  const { preferences } = useApp()
  const [open, setOpen] = useState<string | null>(null)
  const look = { columns: columnsDefault, zone: preferences.zone.value, isOneDay: true }
  const openIndex = open === null ? -1 : events.findIndex(({ event }) => event.id === open)
  const opened = events[openIndex]
  return (
    <VirtualList
      label="Live events"
      count={events.length}
      rowHeight={rowHeight}
      header={<EventHeader look={look} />}
      row={(index) => {
        const event = events[index]?.event
        if (event === undefined) return null
        return (
          <EventRow
            event={event}
            look={look}
            isActive={false}
            isOpen={index === openIndex}
            onPress={() => setOpen(event.id === open ? null : event.id)}
          />
        )
      }}
      open={
        opened === undefined
          ? null
          : { index: openIndex, content: <OpenEvent text={opened.text} query={query} /> }
      }
    />
  )
}

function OpenEvent({ text, query }: { readonly text: string; readonly query: string }) {
  const read = readExact(text)
  return (
    <article class="detail" aria-label="Event">
      <EventValues event={isMap(read) ? read : {}} question={{ query, columns: null }} />
    </article>
  )
}
