import { useEffect, useMemo, useState } from 'preact/hooks'
import { levelNames } from '../../../event/level.ts'
import { ApiError } from '../../api/api.ts'
import { formatCount } from '../../components/number-text.ts'
import { QueryBar } from '../../components/query-bar.tsx'
import { Empty, Problem } from '../../components/states.tsx'
import { useApp, useKey } from '../../state/app-state.ts'
import { minuteMs } from '../../time/minute.ts'
import { tailEventsMax } from './kept-events.ts'
import { TailFeed } from './tail-feed.ts'
import { TailList } from './tail-list.tsx'
import { TailTools } from './tail-tools.tsx'

/** Events as they become durable, before their minute has closed. */
export function TailView() {
  const { api, location, session } = useApp()
  const authorization = session.authorization.value
  const { parameters } = location.place.value
  const query = parameters.get('q') ?? ''
  const minLevel = parameters.get('minLevel') ?? ''
  const facility = parameters.getAll('facility').join('\n')
  const [round, setRound] = useState(0)
  const feed = useMemo(
    () =>
      new TailFeed(api, {
        q: query,
        minLevel,
        facility: facility === '' ? null : facility.split('\n'),
      }),
    [api, query, minLevel, facility, authorization, round],
  )
  useEffect(() => () => feed.stop(), [feed])
  const state = feed.state.value
  const [paused, setPaused] = useState<typeof state | null>(null)
  useEffect(() => setPaused(null), [feed])
  const toggle = (): void => setPaused(paused === null ? feed.state.peek() : null)
  useKey('p', 'pause, or go on', toggle)
  const shown = paused ?? state
  // Suggestions come from what has closed lately.
  const span = useMemo(() => ({ fromMs: Date.now() - 60 * minuteMs, toMs: Date.now() }), [])
  const { error } = state
  const column = error instanceof ApiError ? error.members['column'] : undefined
  const fault =
    error !== null && typeof column === 'number' ? { column, detail: error.message } : null
  return (
    <div class="explore tail">
      <h1 class="hidden-text">Tail</h1>
      <div class="explore-bar">
        <QueryBar
          query={query}
          span={span}
          fault={fault}
          onSubmit={(q) => location.change({ q })}
        />
        <LeastLevel minLevel={minLevel} />
      </div>
      <TailTools
        state={state}
        fresh={state.received - shown.received}
        isPaused={paused !== null}
        onFetchMissed={() => feed.fetchMissed()}
        onToggle={toggle}
        onClear={() => {
          feed.clear()
          setPaused(null)
        }}
      />
      {error !== null && fault === null ? (
        <Problem error={error} onRetry={() => setRound(round + 1)} />
      ) : shown.events.length === 0 ? (
        <Empty title="Nothing has come yet">
          <p>
            Events appear here the moment they are durable. The newest {formatCount(tailEventsMax)}{' '}
            are kept.
          </p>
        </Empty>
      ) : (
        <TailList events={shown.events} query={query} />
      )}
    </div>
  )
}

function LeastLevel({ minLevel }: { readonly minLevel: string }) {
  const { location } = useApp()
  return (
    <select
      aria-label="Least severe level"
      value={minLevel}
      onChange={(event) => location.change({ minLevel: event.currentTarget.value })}
    >
      <option value="">all levels</option>
      {levelNames.map((name) => (
        <option key={name} value={name}>
          {name} and worse
        </option>
      ))}
    </select>
  )
}
