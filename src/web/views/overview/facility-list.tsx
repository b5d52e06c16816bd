import { useMemo } from 'preact/hooks'
import type { StatsAnswer } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Link } from '../../components/link.tsx'
import { formatCount, formatShare, formatShort } from '../../components/number-text.ts'
import { Sparkline } from '../../components/sparkline.tsx'
import { Problem } from '../../components/states.tsx'
import { useApp } from '../../state/app-state.ts'
import { href } from '../../state/location.ts'
import { bucketsOf, type Step, stepFor } from '../../time/buckets.ts'
import { type Span, spanQuery } from '../../time/range.ts'
import { sameRange } from './same-range.ts'

const facilitiesMax = 12
const bucketsMax = 40

interface FacilityCount {
  readonly facility: string
  readonly count: number
  readonly errors: number
  readonly counts: readonly number[]
}

/** Who logs most, over time, and how much of it is errors. */
export function FacilityList({ span }: { readonly span: Span }) {
  const { location } = useApp()
  const step = stepFor(span, bucketsMax)
  const during = spanQuery(span)
  const { value, error, reload } = useAnswer(
    `facilities ${during.from} ${during.to}`,
    async (api, signal) => {
      const query = { ...during, by: 'facility', top: facilitiesMax }
      const [all, errors] = await Promise.all([
        api.json<StatsAnswer>('/eventqry/stats', { ...query, every: step.every }, signal),
        api.json<StatsAnswer>(
          '/eventqry/stats',
          { ...query, top: null, minLevel: 'error' },
          signal,
        ),
      ])
      return { all, errors, span, step }
    },
  )
  const rows = useMemo(
    () => (value === null ? [] : facilityCounts(value.all, value.errors, value.span, value.step)),
    [value],
  )
  const greatest = rows[0]?.count ?? 1
  const range = sameRange(location.place.value.parameters)
  return (
    <section class="card" aria-label="Facilities">
      <header>
        <h2>Facilities</h2>
        <Link href={href('/stats', { ...range, by: 'facility', every: step.every })}>
          Statistics
        </Link>
      </header>
      {error !== null && value === null ? <Problem error={error} onRetry={reload} /> : null}
      <ul class="facilities">
        {rows.map(({ facility, count, errors, counts }) => (
          <li key={facility} class="facility">
            <Link
              href={href('/explore', { ...range, facility })}
              class="facility-name"
              title={facility}
            >
              {facility}
            </Link>
            <span class="facility-bar" aria-hidden="true">
              <span style={{ width: `${Math.max(1, (100 * count) / greatest)}%` }} />
            </span>
            <Sparkline
              counts={counts}
              label={`${facility} over time`}
              color="--level-info"
              width={80}
            />
            <b title={formatCount(count)}>{formatShort(count)}</b>
            <span
              class={errors > 0 ? 'facility-errors' : 'soft'}
              title={`${formatCount(errors)} errors and worse`}
            >
              {errors === 0 ? 'no errors' : `${formatShare(errors, count)} errors`}
            </span>
          </li>
        ))}
      </ul>
      {value !== null && rows.length === 0 ? (
        <p class="card-empty">No events in this time.</p>
      ) : null}
    </section>
  )
}

function facilityCounts(
  all: StatsAnswer,
  errors: StatsAnswer,
  span: Span,
  step: Step,
): FacilityCount[] {
  const times = bucketsOf(span, step)
  const first = times[0] ?? 0
  const severe = new Map(
    errors.rows.map(({ facility, count }) => [String(facility), Number(count)]),
  )
  const found = new Map<string, number[]>()
  for (const { time, facility, count } of all.rows) {
    const name = String(facility)
    const counts = found.get(name) ?? Array.from({ length: times.length }, () => 0)
    const index = Math.round((Date.parse(String(time)) - first) / step.ms)
    if (index >= 0 && index < counts.length) counts[index] = (counts[index] ?? 0) + Number(count)
    found.set(name, counts)
  }
  return [...found]
    .map(([facility, counts]) => {
      const count = counts.reduce((a, b) => a + b, 0)
      return { facility, count, errors: severe.get(facility) ?? 0, counts }
    })
    .sort((a, b) => b.count - a.count)
}
