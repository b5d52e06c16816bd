import { useEffect, useRef, useState } from 'preact/hooks'
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
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])
  const start = async (format: ExportFormat): Promise<void> => {
    const over = new AbortController()
    running.current = over
    const query = { ...selectionQuery(question, span), order: question.order }
    const url = api.url(`/eventqry/search.${format}`, query)
    const name = `events-${isoOf(span.fromMs).slice(0, 16).replace(/:/g, '')}.${format}`
    try {
      await downloadEvents({ api, url, name, format, signal: over.signal, onProgress: setProgress })
    } catch (error) {
      if (over.signal.aborted) return setProgress(null)
      const said = error instanceof Error ? error.message : String(error)
      setProgress((before) => ({ bytes: 0, events: null, ...before, isDone: true, failure: said }))
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
          <div class="export-state" role="status">
            <p>{progress.failure ?? (progress.isDone ? 'Saved' : 'Loading…')}</p>
            <p class="soft">
              {progress.events === null ? '' : `${formatCount(progress.events)} events, `}
              {formatBytes(progress.bytes)}
            </p>
            {progress.isDone ? (
              <Button label="Another one" onPress={() => setProgress(null)} />
            ) : (
              <Button label="Cancel" icon="close" onPress={cancel} />
            )}
          </div>
        )
      }
    </Popover>
  )
}
