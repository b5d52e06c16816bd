import { Button } from '../../components/button.tsx'
import { formatCount } from '../../components/number-text.ts'
import type { TailState } from './tail-feed.ts'

interface TailToolsProps {
  readonly state: TailState
  /** Events that have come since it was paused. */
  readonly fresh: number
  readonly isPaused: boolean
  onFetchMissed(): void
  onToggle(): void
  onClear(): void
}

/** How the tail goes, and what stops it. */
export function TailTools({ state, fresh, isPaused, ...rest }: TailToolsProps) {
  const { isConnected, rate, received, missed, resumed, hasGap } = state
  const { onFetchMissed, onToggle, onClear } = rest
  return (
    <div class="explore-tools">
      <p class="explore-state" role="status">
        <span class={`live-dot ${isConnected ? 'on' : ''}`} aria-hidden="true" />
        {isConnected ? 'live' : received + resumed > 0 ? 'coming back…' : 'connecting…'}
        <span class="soft">
          · {rate.toFixed(rate < 10 ? 1 : 0)} events/s · {formatCount(received)} received
        </span>
        {resumed === 0 || hasGap ? null : (
          <span class="soft tail-resumed" title="The connection broke, and went on where it was.">
            · came back {resumed === 1 ? 'once' : `${formatCount(resumed)} times`}, nothing left out
          </span>
        )}
      </p>
      {hasGap ? <p class="missed">What came during a break is not kept any more</p> : null}
      {missed === 0 ? null : (
        <p class="missed">
          {formatCount(missed)} missed: this page was too slow{' '}
          <button type="button" class="link-button" onClick={onFetchMissed}>
            Get them
          </button>
        </p>
      )}
      <span class="spring" />
      {fresh === 0 || !isPaused ? null : (
        <Button label={`${formatCount(fresh)} new`} icon="up" onPress={onToggle} />
      )}
      <Button label={isPaused ? 'Go on' : 'Pause'} isPressed={isPaused} onPress={onToggle} />
      <Button label="Clear" kind="quiet" onPress={onClear} />
    </div>
  )
}
