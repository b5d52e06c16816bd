import { type Exact, leavesOf } from './event-values.ts'
import { type Asked, ValueRow } from './value-row.tsx'

interface EventValuesProps {
  readonly event: { readonly [name: string]: Exact }
  readonly question: Asked
}

const own = ['timestamp', 'received', 'level', 'facility', 'event', 'id'] as const

/** Every value of an event with its name. */
export function EventValues({ event, question }: EventValuesProps) {
  const leaves = leavesOf(event['additional'] ?? null)
  return (
    <dl class="values">
      {own.map((name) => (
        <ValueRow key={name} path={name} value={event[name] ?? null} question={question} />
      ))}
      {leaves.length === 0 ? null : <div class="values-rule" />}
      {leaves.map(({ path, value }) => (
        <ValueRow key={path} path={path} value={value} question={question} />
      ))}
    </dl>
  )
}
