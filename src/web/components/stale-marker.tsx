import { useApp } from '../state/app-state.ts'
import { formatClock } from '../time/format.ts'
import { Icon } from './icon.tsx'

/** Says that the server does not answer, and since when: what is shown is as old as that. */
export function StaleMarker() {
  const { live, preferences } = useApp()
  const since = live.awaySince.value
  if (since === null) return null
  return (
    <div class="stale" role="alert">
      <Icon name="warning" />
      <span>
        The server has not answered since {formatClock(since, preferences.zone.value)}: what is
        shown is stale.
      </span>
      <button type="button" class="button plain" onClick={() => live.retry()}>
        Try now
      </button>
    </div>
  )
}
