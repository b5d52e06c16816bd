import type { Question } from './question.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { Link } from '../../components/link.tsx'
import { Loading, Problem } from '../../components/states.tsx'
import { useApp } from '../../state/app-state.ts'
import { href } from '../../state/location.ts'
import { EventContext } from './event-context.tsx'
import { EventValues } from './event-values-list.tsx'
import { isMap, readExact } from './event-values.ts'

interface EventDetailProps {
  readonly id: string
  readonly question: Question
}

/** All of an event, as it is stored: each value with its kind, and what can be done with it. */
export function EventDetail({ id, question }: EventDetailProps) {
  const { api } = useApp()
  const path = `/eventqry/events/${id}`
  // As text: numbers are shown as they were written.
  const { value, error, reload } = useAnswer(`event ${id}`, (asked, signal) =>
    asked.text(path, {}, signal),
  )
  if (error !== null && value === null) return <Problem error={error} onRetry={reload} />
  if (value === null) return <Loading what="the event" />
  const read = readExact(value)
  const event = isMap(read) ? read : {}
  const link = href('/explore', { q: `id:${id}`, from: 'all', open: id })
  return (
    <article class="detail" aria-label="Event">
      <div class="detail-tools">
        <CopyButton label="Copy JSON" text={() => value} />
        <CopyButton
          label="Copy curl"
          text={() => `curl '${window.location.origin}${api.url(path)}'`}
        />
        <CopyButton label="Copy link" text={() => `${window.location.origin}${link}`} />
        <Link href={link} class="button quiet">
          Open alone
        </Link>
      </div>
      <EventValues event={event} question={question} />
      <EventContext id={id} />
    </article>
  )
}
