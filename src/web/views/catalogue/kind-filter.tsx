import { formatCount } from '../../components/number-text.ts'
import { useApp } from '../../state/app-state.ts'
import { type Change, changeKinds } from './changes.ts'

interface KindFilterProps {
  /** Null: not known yet. */
  readonly changes: readonly Change[] | null
  readonly kinds: readonly string[]
}

/** Chooses which changes are shown. */
export function KindFilter({ changes, kinds }: KindFilterProps) {
  const { location } = useApp()
  const toggle = (each: string): void => {
    const next = kinds.includes(each) ? kinds.filter((one) => one !== each) : [...kinds, each]
    location.change({ change: next })
  }
  return (
    <fieldset class="segments" aria-label="Kind of change">
      {changeKinds.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={kinds.includes(each)}
          onClick={() => toggle(each)}
        >
          {each}
          {changes === null ? null : (
            <span class="soft">
              {formatCount(changes.filter(({ kind }) => kind === each).length)}
            </span>
          )}
        </button>
      ))}
    </fieldset>
  )
}
