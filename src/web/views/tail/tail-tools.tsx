import { Button } from '../../components/button.tsx'
import { formatCount } from '../../components/number-text.ts'
import type { TailState } from './tail-feed.ts'

interface TailToolsProps {
  readonly state: TailState
  /** Events that have come since it was paused. */
  readonly fresh: number
  readonly isPaused: boolean
  onToggle(): void
  onClear(): void
}

/** How the tail goes, and what stops it. */
export function TailTools({ state, fresh, isPaused, onToggle, onClear }: TailToolsProps) {
  const { isConnected, rate, received, missed } = state
  return (
    <div class="explore-tools">
      <p class="explore-state" role="status">
        <span class={`live-dot ${isConnected ? 'on' : ''}`} aria-hidden="true" />
        {isConnected ? 'live' : 'connecting…'}
        <span class="soft">
          · {rate.toFixed(rate < 10 ? 1 : 0)} events/s · {formatCount(received)} received
        </span>
      </p>
      {missed === 0 ? null : (
        <p class="missed">{formatCount(missed)} missed: this page was too slow</p>
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
