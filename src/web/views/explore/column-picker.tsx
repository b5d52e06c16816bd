import { useState } from 'preact/hooks'
import type { FieldEntry } from '../../api/answers.ts'
import { Popover } from '../../components/popover.tsx'
import { useApp } from '../../state/app-state.ts'
import { columnsChange, columnsDefault } from './question.ts'

interface ColumnPickerProps {
  readonly columns: readonly string[]
  readonly fields: readonly FieldEntry[]
}

/** Chooses the columns of the list: the event's own members, and any field of what was found. */
export function ColumnPicker({ columns, fields }: ColumnPickerProps) {
  const { location } = useApp()
  const [filter, setFilter] = useState('')
  const own = ['timestamp', 'received', 'level', 'facility', 'event', 'additional', 'id']
  const names = [...new Set([...own, ...columns, ...fields.map(({ name }) => name)])]
  const shown = names.filter((name) => name.toLowerCase().includes(filter.toLowerCase()))
  const toggle = (name: string): void => {
    const next = columns.includes(name)
      ? columns.filter((each) => each !== name)
      : [...columns, name]
    if (next.length > 0) location.change(columnsChange(next), { replace: true })
  }
  return (
    <Popover label="Columns" icon="columns" name="Columns" align="right">
      {() => (
        <div class="column-picker">
          <input
            type="search"
            aria-label="Find a field"
            placeholder="Find a field"
            value={filter}
            onInput={(event) => setFilter(event.currentTarget.value)}
          />
          <ul>
            {shown.map((name) => (
              <li key={name}>
                <label>
                  <input
                    type="checkbox"
                    checked={columns.includes(name)}
                    onChange={() => toggle(name)}
                  />
                  <span class="facet-name">{name}</span>
                </label>
              </li>
            ))}
          </ul>
          <button
            type="button"
            class="link-button"
            onClick={() => location.change(columnsChange(columnsDefault), { replace: true })}
          >
            The usual columns
          </button>
        </div>
      )}
    </Popover>
  )
}
