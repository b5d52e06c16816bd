import type { FieldEntry } from '../../api/answers.ts'
import { Button } from '../../components/button.tsx'
import { formatBytes, formatCount } from '../../components/number-text.ts'
import { useApp } from '../../state/app-state.ts'
import { formatInstant, formatLength } from '../../time/format.ts'
import type { Span } from '../../time/range.ts'
import { ColumnPicker } from './column-picker.tsx'
import type { EventFeed } from './event-feed.ts'
import { ExportMenu } from './export-menu.tsx'
import { beginningOf, type Question } from './question.ts'

interface ExploreToolbarProps {
  readonly question: Question
  readonly span: Span
  readonly feed: EventFeed
  readonly fields: readonly FieldEntry[]
  readonly isBehind: boolean
  onRefresh(): void
  onFacets(): void
}

/** Between chart and list: how the search went, and what can be done with what it found. */
export function ExploreToolbar({ question, span, feed, fields, ...rest }: ExploreToolbarProps) {
  const { location } = useApp()
  const isNewest = question.order === 'desc'
  return (
    <div class="explore-tools">
      <span class="only-phone">
        <Button label="Facets" icon="filter" onPress={rest.onFacets} />
      </span>
      <p class="explore-state" role="status">
        {feed.isLoading ? (
          <>
            <span class="spinner small" aria-hidden="true" /> Searching…
          </>
        ) : (
          <>
            <span>
              {formatCount(feed.events.length)} loaded
              {feed.hasMore ? <span class="phone-hidden">, more below</span> : null}
            </span>
            {feed.scanned === null ? null : (
              <span class="soft phone-hidden">
                {' '}
                · looked at {formatBytes(feed.scanned.bytes)} in {formatLength(feed.tookMs)}
              </span>
            )}
          </>
        )}
      </p>
      {feed.isLoading ? (
        <Button label="Cancel" icon="close" kind="quiet" onPress={feed.cancel} />
      ) : null}
      {rest.isBehind && !feed.isLoading ? (
        <Button label="Newer minutes" icon="refresh" kind="quiet" onPress={rest.onRefresh} />
      ) : null}
      <Beginning question={question} span={span} />
      <span class="spring" />
      <Button
        label={isNewest ? 'Newest first' : 'Oldest first'}
        icon={isNewest ? 'down' : 'up'}
        kind="quiet"
        onPress={() => location.change({ order: isNewest ? 'asc' : null, open: null })}
      />
      <ColumnPicker columns={question.columns} fields={fields} />
      <ExportMenu question={question} span={span} />
    </div>
  )
}

/** Where the list begins, when that is not with the first event that was found. */
function Beginning({ question, span }: Pick<ExploreToolbarProps, 'question' | 'span'>) {
  const { location, preferences } = useApp()
  const atMs = beginningOf(question, span)
  if (atMs === null) return null
  const time = formatInstant(atMs, preferences.zone.value).slice(11, 19)
  return (
    <Button
      label={`List from ${time}`}
      icon="close"
      kind="quiet"
      onPress={() => location.change({ at: null, open: null })}
    />
  )
}
