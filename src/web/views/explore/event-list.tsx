import { useEffect, useState } from 'preact/hooks'
import { ApiError } from '../../api/api.ts'
import { Button } from '../../components/button.tsx'
import { Empty, Loading, Problem } from '../../components/states.tsx'
import { VirtualList } from '../../components/virtual-list.tsx'
import { useApp, useKey } from '../../state/app-state.ts'
import { formatDate } from '../../time/format.ts'
import type { Span } from '../../time/range.ts'
import { EventDetail } from './event-detail.tsx'
import { type EventFeed, feedEventsMax } from './event-feed.ts'
import { EventHeader, EventRow, rowHeight } from './event-row.tsx'
import type { Question } from './question.ts'
import { useErrorJump } from './use-error-jump.ts'

interface EventListProps {
  readonly question: Question
  readonly span: Span
  readonly feed: EventFeed
}

/** Rows that are left below when more are loaded. */
const loadAhead = 300

/** The found events. Only rows in sight are in the document, and more are loaded on the way down. */
export function EventList({ question, span, feed }: EventListProps) {
  const { location, preferences } = useApp()
  const { events } = feed
  const [active, setActive] = useState<number | null>(null)
  const openIndex = question.open === null ? -1 : events.findIndex(({ id }) => id === question.open)
  useEffect(() => setActive(openIndex >= 0 ? openIndex : null), [events[0]?.id, question.open])
  const { jump, said } = useErrorJump({ question, span, feed, active, onActive: setActive })
  const toggle = (index: number): void => {
    const id = events[index]?.id ?? null
    setActive(index)
    location.change({ open: id === question.open ? null : id }, { replace: question.open !== null })
  }
  const step = (by: number): void => {
    const next = active === null ? 0 : active + by
    if (next >= 0 && next < events.length) setActive(next)
  }
  useKey('j', 'next row', () => step(1))
  useKey('k', 'row before', () => step(-1))
  useKey('Enter', 'open or close the row', () => (active === null ? undefined : toggle(active)))
  useKey('o', '', () => (active === null ? undefined : toggle(active)))
  useKey('e', 'next error', () => jump(1))
  useKey('E', 'error before', () => jump(-1))
  useKey('Escape', 'close the row', () => location.change({ open: null }))
  if (events.length === 0) return <NoEvents question={question} feed={feed} />
  const zone = preferences.zone.value
  const isOneDay = formatDate(span.fromMs, zone) === formatDate(span.toMs - 1, zone)
  const look = { columns: question.columns, zone, isOneDay }
  return (
    <VirtualList
      label="Events"
      count={events.length}
      rowHeight={rowHeight}
      activeIndex={active}
      onReach={(last) => (last > events.length - loadAhead ? feed.loadMore() : undefined)}
      header={<EventHeader look={look} />}
      row={(index) => {
        const event = events[index]
        if (event === undefined) return null
        return (
          <EventRow
            event={event}
            look={look}
            isActive={index === active}
            isOpen={index === openIndex}
            onPress={() => toggle(index)}
          />
        )
      }}
      open={
        question.open === null || openIndex < 0
          ? null
          : {
              index: openIndex,
              content: <EventDetail key={question.open} id={question.open} question={question} />,
            }
      }
      footer={<ListEnd feed={feed} />}
      note={said}
    />
  )
}

function ListEnd({ feed }: { readonly feed: EventFeed }) {
  if (feed.error !== null) return <Problem error={feed.error} onRetry={() => feed.loadMore()} />
  if (feed.events.length < feedEventsMax) return null
  return <p class="list-end">The list ends here. Narrow the range, or export to have all.</p>
}

/** Why there is nothing to list. */
function NoEvents({ question, feed }: Pick<EventListProps, 'question' | 'feed'>) {
  if (feed.error !== null) {
    if (!isSyntax(feed.error)) return <Problem error={feed.error} onRetry={feed.reload} />
    return (
      <Empty title="The query cannot be read">
        <p>{feed.error.message}</p>
      </Empty>
    )
  }
  if (feed.isLoading) return <Loading what="events" />
  if (feed.isAnswered) return <NothingFound question={question} />
  return <Cancelled onRetry={feed.reload} />
}

function NothingFound({ question }: { readonly question: Question }) {
  const { location } = useApp()
  return (
    <Empty title="No event was found">
      <p>Only closed minutes are searched: what is logged now can be found in a minute.</p>
      {question.range.from === 'all' ? null : (
        <button
          type="button"
          class="button plain"
          onClick={() => location.change({ from: 'all', to: null })}
        >
          Search all time
        </button>
      )}
    </Empty>
  )
}

function Cancelled({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <Empty title="The search was not finished">
      <Button label="Search again" onPress={onRetry} />
    </Empty>
  )
}

const isSyntax = (error: Error): boolean =>
  error instanceof ApiError && error.code === 'query-syntax'
