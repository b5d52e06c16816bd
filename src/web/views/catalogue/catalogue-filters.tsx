import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { levelNames } from '../../../event/level.ts'
import type { PairStatus } from '../../api/answers.ts'
import { formatCount } from '../../components/number-text.ts'
import { useApp, useKey } from '../../state/app-state.ts'
import { type CatalogueQuestion, pairStatuses } from './catalogue-question.ts'

interface CatalogueFiltersProps {
  readonly question: CatalogueQuestion
  /** How many pairs have each; null: not known yet. Left out: status is no choice. */
  /** Other choices, which stand in their place. */
  readonly children?: ComponentChildren
  readonly statuses?: Readonly<Record<PairStatus, number>> | null
}

/** While somebody types, the catalogue is asked after a pause of this length. */
const typingMs = 200

/** Narrows the catalogue: a text, a status, a level. */
export function CatalogueFilters({ question, statuses, children }: CatalogueFiltersProps) {
  const { location } = useApp()
  const { status } = question
  const toggle = (each: PairStatus): void => {
    const next = status.includes(each) ? status.filter((one) => one !== each) : [...status, each]
    location.change({ status: next })
  }
  return (
    <div class="filters">
      <ContainsField contains={question.contains} />
      {children}
      {statuses === undefined ? null : (
        <fieldset class="segments">
          {pairStatuses.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={status.includes(each)}
              onClick={() => toggle(each)}
            >
              {each}
              {statuses === null ? null : <span class="soft">{formatCount(statuses[each])}</span>}
            </button>
          ))}
        </fieldset>
      )}
      <select
        aria-label="Least severe level"
        value={question.minLevel}
        onChange={(event) => location.change({ minLevel: event.currentTarget.value })}
      >
        <option value="">all levels</option>
        {levelNames.map((name) => (
          <option key={name} value={name}>
            {name} and worse
          </option>
        ))}
      </select>
    </div>
  )
}

function ContainsField({ contains }: { readonly contains: string }) {
  const { location } = useApp()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(contains)
  useEffect(() => setText(contains), [contains])
  useKey('/', 'find an event type', () => input.current?.focus())
  useEffect(() => {
    if (text === contains) return undefined
    const timer = setTimeout(() => location.change({ contains: text }, { replace: true }), typingMs)
    return () => clearTimeout(timer)
  }, [text, contains, location])
  return (
    <input
      ref={input}
      type="search"
      aria-label="Find in facility and event"
      placeholder="Find in facility and event"
      value={text}
      onInput={(event) => setText(event.currentTarget.value)}
    />
  )
}
