import { Icon } from '../../components/icon.tsx'
import { useApp } from '../../state/app-state.ts'
import type { Narrowing, Question } from './question.ts'

/** What narrows the question beside its query; each can be taken away. */
export function NarrowingChips({ question }: { readonly question: Question }) {
  const { location } = useApp()
  const chips: readonly (readonly [Narrowing, string])[] = [
    ...question.levels.map((value) => ['level', value] as const),
    ...question.facilities.map((value) => ['facility', value] as const),
    ...question.events.map((value) => ['event', value] as const),
  ]
  if (chips.length === 0) return null
  const remove = (narrowing: Narrowing, value: string): void => {
    const values = location.place.peek().parameters.getAll(narrowing)
    location.change({ [narrowing]: values.filter((each) => each !== value), open: null })
  }
  return (
    <ul class="chips" aria-label="Narrowed to">
      {chips.map(([narrowing, value]) => (
        <li key={`${narrowing} ${value}`} class="chip">
          <span class="soft">{narrowing}</span>
          <span class="chip-value">{value}</span>
          <button
            type="button"
            aria-label={`No longer ${narrowing} ${value}`}
            onClick={() => remove(narrowing, value)}
          >
            <Icon name="close" size={12} />
          </button>
        </li>
      ))}
      {chips.length < 2 ? null : (
        <li>
          <button
            type="button"
            class="link-button"
            onClick={() =>
              location.change({ level: null, facility: null, event: null, open: null })
            }
          >
            Clear all
          </button>
        </li>
      )}
    </ul>
  )
}
