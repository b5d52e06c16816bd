import { useEffect, useRef, useState } from 'preact/hooks'
import { countEvents } from '../../api/count-events.ts'
import { Button } from '../../components/button.tsx'
import { formatBytes, formatCount } from '../../components/number-text.ts'
import { Popover } from '../../components/popover.tsx'
import { useApp } from '../../state/app-state.ts'
import { isoOf, type Span } from '../../time/range.ts'
import {
  downloadEvents,
  type ExportFormat,
  exportFormats,
  type ExportProgress,
} from './export-events.ts'
import { type Question, selectionQuery } from './question.ts'

interface ExportMenuProps {
  readonly question: Question
  readonly span: Span
}

/** Everything that was found, in a file; not only what the list has loaded. */
export function ExportMenu({ question, span }: ExportMenuProps) {
  const { api } = useApp()
  const [progress, setProgress] = useState<ExportProgress | null>(null)
  const [total, setTotal] = useState<number | null>(null)
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])
  const start = async (format: ExportFormat): Promise<void> => {
    const over = new AbortController()
    running.current = over
    const query = { ...selectionQuery(question, span), order: question.order }
    const url = api.url(`/eventqry/search.${format}`, query)
    const name = `events-${isoOf(span.fromMs).slice(0, 16).replace(/:/g, '')}.${format}`
    setTotal(null)
    setProgress({ bytes: 0, events: 0, isDone: false })
    // Without a total the export says how much has come all the same.
    countEvents(api, selectionQuery(question, span), over.signal).then(setTotal, () => undefined)
    try {
      await downloadEvents({ api, url, name, format, signal: over.signal, onProgress: setProgress })
    } catch (error) {
      if (over.signal.aborted) return setProgress(null)
      const said = error instanceof Error ? error.message : String(error)
      setProgress((before) => ({ bytes: 0, events: 0, ...before, isDone: true, failure: said }))
    }
  }
  const cancel = (): void => {
    running.current?.abort()
    setProgress(null)
  }
  return (
    <Popover label="Export" icon="download" name="Export" align="right">
      {() =>
        progress === null ? (
          <ul class="menu">
            {exportFormats.map(([format, label]) => (
              <li key={format}>
                <button type="button" onClick={() => void start(format)}>
                  {label}
                </button>
              </li>
            ))}
          </ul>
        ) : (
          <ExportState
            progress={progress}
            total={total}
            onCancel={cancel}
            onAgain={() => setProgress(null)}
          />
        )
      }
    </Popover>
  )
}

interface ExportStateProps {
  readonly progress: ExportProgress
  /** Events in all; null: not counted yet. */
  readonly total: number | null
  onCancel(): void
  onAgain(): void
}

/** How much has come of how much. */
function ExportState({ progress, total, onCancel, onAgain }: ExportStateProps) {
  const { events, bytes, isDone, failure } = progress
  const of = total === null || isDone ? '' : ` of ${formatCount(total)}`
  return (
    <div class="export-state" role="status">
      <p>{failure ?? (isDone ? 'Saved' : 'Loading…')}</p>
      {isDone ? null : (
        <progress
          aria-label="Events so far"
          {...(total === null ? {} : { value: events, max: Math.max(1, total) })}
        />
      )}
      <p class="soft">
        {formatCount(events)}
        {of} events, {formatBytes(bytes)}
      </p>
      {isDone ? (
        <Button label="Another one" onPress={onAgain} />
      ) : (
        <Button label="Cancel" icon="close" onPress={onCancel} />
      )}
    </div>
  )
}
