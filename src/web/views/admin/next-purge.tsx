import type { Now, RetentionOutlook, RetentionRule } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { formatBytes, formatCount } from '../../components/number-text.ts'

/** What is kept by itself, and what goes next: a dry run, which removes nothing. */
export function NextPurge({ now }: { readonly now: Now }) {
  const { value } = useAnswer(
    `retention ${now.minute.slice(0, 10)} ${now.bookBytes}`,
    (api, signal) => api.json<RetentionOutlook>('/retention', {}, signal),
  )
  if (value === null) return <p>{keptText(now.retainDays, now.retainBytes)}</p>
  return (
    <>
      <p>{keptText(value.days, value.bytes)}</p>
      {value.rules.length === 0 ? null : (
        <ul class="soft">
          {value.rules.map((rule) => (
            <li key={ruleText(rule)}>{ruleText(rule)}</li>
          ))}
        </ul>
      )}
      <NextText outlook={value} />
    </>
  )
}

function NextText({ outlook }: { readonly outlook: RetentionOutlook }) {
  const { days, bytes, rules, drops, removes } = outlook
  if (days === null && bytes === null && rules.length === 0) return null
  const removed = removes?.events ?? 0
  if (drops === null && removed === 0) return <p>The next purge removes nothing.</p>
  return (
    <>
      {drops === null ? null : (
        <p>
          The next purge removes <b>{formatCount(drops.events)} events</b> of{' '}
          {formatCount(drops.days.length)} days, {formatBytes(drops.bytes)}.
        </p>
      )}
      {removed === 0 ? null : (
        <p>
          The next purge takes <b>{formatCount(removed)} events</b> out of{' '}
          {formatCount(removes?.pages ?? 0)} pages.
        </p>
      )}
    </>
  )
}

const daysText = (days: number): string => (days === 1 ? '1 day' : `${formatCount(days)} days`)

function keptText(days: number | null, bytes: number | null): string {
  const bounds: string[] = []
  if (days !== null) bounds.push(daysText(days))
  if (bytes !== null) bounds.push(formatBytes(bytes))
  if (bounds.length === 0)
    return 'No day is removed by itself: --retain-days and --retain-bytes are 0.'
  return `Kept by itself: ${bounds.join(', and at most ')}. Older days go as a whole.`
}

function ruleText({ facility, level, days }: RetentionRule): string {
  const what = facility === null ? `Level ${level ?? 'any'}` : `Facility ${facility}`
  return `${what}: ${daysText(days)}.`
}
