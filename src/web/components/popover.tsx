import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon, type IconName } from './icon.tsx'

export interface PopoverProps {
  /** On the button. */
  readonly label: ComponentChildren
  readonly icon?: IconName
  /** What screen readers call the button and what it opens. */
  readonly name: string
  /** On which side of the button the panel is aligned. */
  readonly align?: 'left' | 'right'
  /** Opened from outside, as by a key; each new number opens it. */
  readonly opened?: number
  /** The panel; `close` closes it. */
  children(close: () => void): ComponentChildren
}

/** A button and the panel that it opens. Escape and a click elsewhere close it. */
export function Popover({ label, icon, name, align = 'left', opened = 0, children }: PopoverProps) {
  const [isOpen, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const close = (): void => {
    setOpen(false)
    button.current?.focus()
  }
  useEffect(() => {
    if (opened > 0) setOpen(true)
  }, [opened])
  useEffect(() => {
    if (!isOpen) return undefined
    root.current?.querySelector<HTMLElement>('.popover-panel :is(button, input, select)')?.focus()
    const outside = (event: Event): void => {
      if (event.target instanceof Node && root.current?.contains(event.target) !== true)
        setOpen(false)
    }
    const escape = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return
      event.preventDefault()
      close()
    }
    document.addEventListener('pointerdown', outside)
    document.addEventListener('keydown', escape, true)
    return () => {
      document.removeEventListener('pointerdown', outside)
      document.removeEventListener('keydown', escape, true)
    }
  }, [isOpen])
  return (
    <div class="popover" ref={root}>
      <button
        ref={button}
        type="button"
        class="button plain"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {icon === undefined ? null : <Icon name={icon} />}
        {label === name ? null : <span class="hidden-text">{name}: </span>}
        <span>{label}</span>
        <Icon name="down" size={12} />
      </button>
      {isOpen ? (
        <div class={`popover-panel ${align}`} role="dialog" aria-label={name}>
          {children(close)}
        </div>
      ) : null}
    </div>
  )
}
