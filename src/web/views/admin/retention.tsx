import { useState } from 'preact/hooks'
import type { DropReport, Now } from '../../api/answers.ts'
import { Button } from '../../components/button.tsx'
import { Modal } from '../../components/modal.tsx'
import { formatBytes, formatCount } from '../../components/number-text.ts'
import { useApp } from '../../state/app-state.ts'

interface RetentionProps {
  readonly now: Now
  onDropped(): void
}

const dayMs = 86_400_000

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** What rolling deletion keeps, what an earlier one would remove, and that one by hand, after a look at it. */
export function Retention({ now, onDropped }: RetentionProps) {
  const { api } = useApp()
  const nowMs = Date.parse(now.minute)
  const [before, setBefore] = useState(dayOf(nowMs - (now.retainDays ?? 30) * dayMs))
  const [report, setReport] = useState<DropReport | null>(null)
  const [said, setSaid] = useState<string | null>(null)
  const drop = async (dryRun: boolean): Promise<void> => {
    try {
      const url = api.url('/eventlog', { before, dryRun })
      const response = await api.send('DELETE', url)
      // The codec of the API, as in Api.json.
      const answer = (await response.json()) as DropReport
      if (dryRun) return setReport(answer)
      setReport(null)
      setSaid(`Removed ${formatCount(answer.events)} events.`)
      onDropped()
    } catch (error) {
      setReport(null)
      setSaid(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <section class="card" aria-label="Retention">
      <header>
        <h2>Retention</h2>
      </header>
      <div class="card-body">
        <p>{keptText(now)}</p>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void drop(true)
          }}
        >
          <label class="field">
            Everything before (UTC)
            <input
              type="date"
              required
              value={before}
              max={dayOf(nowMs)}
              onInput={(event) => setBefore(event.currentTarget.value)}
            />
          </label>
          <button type="submit" class="button plain">
            What would go?
          </button>
        </form>
        {said === null ? null : <p role="status">{said}</p>}
      </div>
      {report === null ? null : (
        <Modal title={`Before ${report.before}`} onClose={() => setReport(null)}>
          <DropText report={report} />
          <div class="row">
            {report.pages === 0 ? null : (
              <Button label="Remove for good" kind="danger" onPress={() => void drop(false)} />
            )}
            <Button label="Keep" onPress={() => setReport(null)} />
          </div>
        </Modal>
      )}
    </section>
  )
}

function DropText({ report }: { readonly report: DropReport }) {
  if (report.pages === 0) return <p class="card-empty">Nothing is as old as that.</p>
  const { pages, events, bytes, days } = report
  return (
    <p class="card-empty">
      This removes {formatCount(pages)} pages of {formatCount(days.length)} days:{' '}
      <b>{formatCount(events)} events</b>, {formatBytes(bytes)}. It cannot be undone.
    </p>
  )
}

function keptText({ retainDays, retainBytes }: Now): string {
  const bounds: string[] = []
  if (retainDays !== null) bounds.push(`${formatCount(retainDays)} days`)
  if (retainBytes !== null) bounds.push(formatBytes(retainBytes))
  if (bounds.length === 0)
    return 'Nothing is removed by itself: --retain-days and --retain-bytes are 0.'
  return `Kept by itself: ${bounds.join(', and at most ')}. Older days go as a whole.`
}
