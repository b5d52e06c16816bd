import { useState } from 'preact/hooks'
import { useApp, useKey } from '../state/app-state.ts'
import type { Zone } from '../state/preferences.ts'
import { formatInstant, formatRange } from '../time/format.ts'
import { isTime, rangeDefault, rangePresets, type Span, type TimeRange } from '../time/range.ts'
import { Popover } from './popover.tsx'

export interface TimePickerProps {
  readonly range: TimeRange
  /** What the range is at the moment. */
  readonly span: Span
  onChange(range: TimeRange): void
}

/** The range of a view: a preset, or two times in the reader's zone. The key `t` opens it. */
export function TimePicker({ range, span, onChange }: TimePickerProps) {
  const { preferences } = useApp()
  const [opened, setOpened] = useState(0)
  useKey('t', 'choose the time range', () => setOpened(opened + 1))
  const zone = preferences.zone.value
  const label = (
    <>
      {formatRange(range, span, zone)}
      <span class="zone">{zone === 'utc' ? 'UTC' : 'local'}</span>
    </>
  )
  return (
    <Popover label={label} icon="clock" name="Time range" align="right" opened={opened}>
      {(close) => (
        <TimePanel
          range={range}
          span={span}
          onChange={(next) => {
            onChange(next)
            close()
          }}
        />
      )}
    </Popover>
  )
}

/** A time as it was typed, in the zone unless it names one itself; null: it is none. */
function readTime(text: string, zone: Zone): string | null {
  const trimmed = text.trim()
  if (!isTime(trimmed)) return null
  const isAbsolute = trimmed.length <= 10 || /(?:Z|[+-]\d\d:\d\d)$/.test(trimmed)
  const inZone = isAbsolute || zone === 'local' ? trimmed : `${trimmed.replace(' ', 'T')}Z`
  return new Date(inZone).toISOString()
}

const typed = (ms: number, zone: Zone): string => formatInstant(ms, zone).slice(0, 19)

function TimePanel({ range, span, onChange }: TimePickerProps) {
  const { preferences } = useApp()
  const zone = preferences.zone.value
  return (
    <div class="time-panel">
      <ul class="menu">
        {rangePresets.map(([preset, label]) => (
          <li key={preset}>
            <button
              type="button"
              aria-pressed={range.from === preset && range.to === null}
              onClick={() => onChange({ from: preset, to: null })}
            >
              {label}
            </button>
          </li>
        ))}
      </ul>
      <div class="time-form">
        <AbsoluteForm key={zone} zone={zone} span={span} onChange={onChange} />
        <fieldset class="segments">
          <legend>Times are shown in</legend>
          {(['local', 'utc'] as const).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={zone === each}
              onClick={() => (preferences.zone.value = each)}
            >
              {each === 'utc' ? 'UTC' : 'local time'}
            </button>
          ))}
        </fieldset>
      </div>
    </div>
  )
}

interface AbsoluteFormProps extends Pick<TimePickerProps, 'span' | 'onChange'> {
  readonly zone: Zone
}

function AbsoluteForm({ zone, span, onChange }: AbsoluteFormProps) {
  const [from, setFrom] = useState(typed(span.fromMs, zone))
  const [to, setTo] = useState(typed(span.toMs, zone))
  const [fromIso, toIso] = [readTime(from, zone), readTime(to, zone)]
  const isWrong = fromIso === null || toIso === null || fromIso >= toIso
  const apply = (event: Event): void => {
    event.preventDefault()
    if (!isWrong) onChange({ from: fromIso, to: toIso })
  }
  return (
    <form onSubmit={apply}>
      <label>
        From
        <input
          value={from}
          onInput={(event) => setFrom(event.currentTarget.value)}
          spellcheck={false}
        />
      </label>
      <label>
        To
        <input
          value={to}
          onInput={(event) => setTo(event.currentTarget.value)}
          spellcheck={false}
        />
      </label>
      {isWrong ? (
        <p class="hint wrong">Two times such as 2026-11-22 12:34, the earlier one first.</p>
      ) : null}
      <button type="submit" class="button primary" disabled={isWrong}>
        Apply
      </button>
    </form>
  )
}

/** A range as parameters of an address; the default is left out. */
export function rangeParameters({ from, to }: TimeRange) {
  return { from: from === rangeDefault && to === null ? null : from, to }
}
