import { useState } from 'preact/hooks'
import { useApp } from '../state/app-state.ts'
import { Button } from './button.tsx'
import { Link } from './link.tsx'
import { Popover } from './popover.tsx'

const nameLengthMax = 60

/** Views that were given a name, and a field to name this one. */
export function SavedViewsMenu() {
  const { savedViews } = useApp()
  const views = savedViews.views.value
  return (
    <Popover label="Views" icon="star" name="Views" align="right">
      {(close) => (
        <div class="saved-views">
          {views.length === 0 ? (
            <p class="hint">A view is its address: keep the one you look at under a name.</p>
          ) : (
            <ul>
              {views.map(({ name, href }) => (
                // A link closes the panel as it is followed.
                <li key={name} onClick={close}>
                  <Link href={href} title={href}>
                    {name}
                  </Link>
                  <span onClick={(event) => event.stopPropagation()}>
                    <Button
                      label={`Forget ${name}`}
                      icon="close"
                      isBare
                      kind="quiet"
                      onPress={() => savedViews.remove(name)}
                    />
                  </span>
                </li>
              ))}
            </ul>
          )}
          <NameForm onSaved={close} />
        </div>
      )}
    </Popover>
  )
}

function NameForm({ onSaved }: { readonly onSaved: () => void }) {
  const { location, savedViews } = useApp()
  const [name, setName] = useState('')
  const trimmed = name.trim()
  const save = (event: Event): void => {
    event.preventDefault()
    if (trimmed === '') return
    savedViews.save({ name: trimmed, href: location.changed({ open: null }) })
    onSaved()
  }
  return (
    <form onSubmit={save}>
      <input
        aria-label="Name of this view"
        placeholder="Name of this view"
        maxLength={nameLengthMax}
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <button type="submit" class="button primary" disabled={trimmed === ''}>
        Keep
      </button>
    </form>
  )
}
