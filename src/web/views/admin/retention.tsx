import { useState } from 'preact/hooks'
import { levelNames } from '../../../event/level.ts'
import type { DropReport, Now } from '../../api/answers.ts'
import type { Api, Query } from '../../api/api.ts'
import { Button } from '../../components/button.tsx'
import { Modal } from '../../components/modal.tsx'
import { formatBytes, formatCount } from '../../components/number-text.ts'
import { useApp } from '../../state/app-state.ts'
import { NextPurge } from './next-purge.tsx'

interface RetentionProps {
  readonly now: Now
  onDropped(): void
}

/** What is to be removed; '' is any. */
interface Rule {
  readonly before: string
  readonly facility: string
  readonly level: string
}

const dayMs = 86_400_000

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** What rolling deletion keeps, what an earlier one would remove, and that one by hand, after a look at it. */
export function Retention({ now, onDropped }: RetentionProps) {
  const { api } = useApp()
  const nowMs = Date.parse(now.minute)
  const before = dayOf(nowMs - (now.retainDays ?? 30) * dayMs)
  const [rule, setRule] = useState<Rule>({ before, facility: '', level: '' })
  const [report, setReport] = useState<DropReport | null>(null)
  const [said, setSaid] = useState<string | null>(null)
  const drop = async (dryRun: boolean): Promise<void> => {
    try {
      const answer = await drops(api, { ...rule, dryRun })
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
        <NextPurge now={now} />
        <RuleForm
          rule={rule}
          lastDay={dayOf(nowMs + dayMs)}
          onChange={setRule}
          onLook={() => void drop(true)}
        />
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

async function drops(api: Api, query: Query, init: RequestInit = {}): Promise<DropReport> {
  const response = await api.send('DELETE', api.url('/eventlog', query), init)
  return (await response.json()) as DropReport // The codec of the API, as in Api.json.
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

interface RuleFormProps {
  readonly rule: Rule
  readonly lastDay: string
  onChange(rule: Rule): void
  onLook(): void
}

function RuleForm({ rule, lastDay, onChange, onLook }: RuleFormProps) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onLook()
      }}
    >
      <label class="field">
        Everything before (UTC)
        <input
          type="date"
          required
          value={rule.before}
          max={lastDay}
          onInput={(event) => onChange({ ...rule, before: event.currentTarget.value })}
        />
      </label>
      <label class="field">
        of facility
        <input
          type="text"
          placeholder="any, or shop-*"
          value={rule.facility}
          onInput={(event) => onChange({ ...rule, facility: event.currentTarget.value.trim() })}
        />
      </label>
      <label class="field">
        of level
        <select
          value={rule.level}
          onChange={(event) => onChange({ ...rule, level: event.currentTarget.value })}
        >
          <option value="">any</option>
          {levelNames.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <button type="submit" class="button plain">
        What would go?
      </button>
    </form>
  )
}
