import { useMemo, useState } from 'preact/hooks'
import { ApiError } from '../../api/api.ts'
import { QueryBar, type QueryFault } from '../../components/query-bar.tsx'
import { rangeParameters, TimePicker } from '../../components/time-picker.tsx'
import { useApp, useKey } from '../../state/app-state.ts'
import { useSpan } from '../../time/use-span.ts'
import { EventList } from './event-list.tsx'
import { useEventFeed } from './event-feed.ts'
import { ExploreChart } from './explore-chart.tsx'
import { ExploreToolbar } from './explore-toolbar.tsx'
import { Facets } from './facets.tsx'
import { NarrowingChips } from './narrowing-chips.tsx'
import { listQuery, questionOf, selectionKey } from './question.ts'
import { useFields } from './use-fields.ts'

/** Finds events: a query, a range, facets to narrow by, a histogram to zoom in, and the list of what was found. */
export function ExploreView() {
  const { api, location } = useApp()
  const question = useMemo(
    () => questionOf(location.place.value.parameters),
    [location.place.value],
  )
  const { span, isReady, isBehind, refresh } = useSpan(question.range)
  const key = selectionKey(question, span)
  const feed = useEventFeed(isReady ? api.url('/eventqry/search', listQuery(question, span)) : null)
  const found = useFields(question, isReady ? span : null, feed)
  const [areFacetsOpen, setFacetsOpen] = useState(false)
  useKey('r', 'ask again, up to the newest minute', refresh)
  return (
    <div class="explore">
      <h1 class="hidden-text">Explore</h1>
      <div class="explore-bar">
        <QueryBar
          query={question.query}
          span={span}
          fault={faultOf(feed.error)}
          onSubmit={(query) => {
            if (query === question.query) refresh()
            else location.change({ q: query, open: null })
          }}
        />
        <TimePicker
          range={question.range}
          span={span}
          onChange={(range) => location.change({ ...rangeParameters(range), open: null })}
        />
      </div>
      <NarrowingChips question={question} />
      <div class="explore-body">
        <Facets
          question={question}
          span={span}
          found={found}
          isReady={isReady}
          isOpen={areFacetsOpen}
          onClose={() => setFacetsOpen(false)}
        />
        <div class="explore-main">
          <ExploreChart question={question} span={span} selectionKey={isReady ? key : null} />
          <ExploreToolbar
            question={question}
            span={span}
            feed={feed}
            fields={[...found.fields, ...found.others]}
            isBehind={isBehind}
            onRefresh={refresh}
            onFacets={() => setFacetsOpen(!areFacetsOpen)}
          />
          <EventList question={question} span={span} feed={feed} />
        </div>
      </div>
    </div>
  )
}

function faultOf(error: Error | null): QueryFault | null {
  if (!(error instanceof ApiError) || error.code !== 'query-syntax') return null
  const column = error.members['column']
  return typeof column === 'number' ? { column, detail: error.message } : null
}
