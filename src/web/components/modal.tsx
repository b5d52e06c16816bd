import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Button } from './button.tsx'

export interface ModalProps {
  readonly title: string
  readonly children: ComponentChildren
  /** Only what is in it closes it: what it shows would be lost. */
  readonly mustAnswer?: boolean
  /** Escape, the cross, or a click beside it. */
  onClose(): void
}

/** A dialog above the page, which keeps the focus inside of it. */
export function Modal({ title, children, mustAnswer = false, onClose }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog
      ref={dialog}
      class="modal"
      aria-label={title}
      onClose={onClose}
      onKeyDown={(event) => {
        // A browser closes a dialog at the second Escape, whatever is said to its cancelling.
        if (mustAnswer && event.key === 'Escape') event.preventDefault()
      }}
      onClick={(event) => (event.target === dialog.current && !mustAnswer ? onClose() : undefined)}
    >
      <div class="modal-content">
        <header>
          <h2>{title}</h2>
          {mustAnswer ? null : (
            <Button label="Close" icon="close" isBare kind="quiet" onPress={onClose} />
          )}
        </header>
        {children}
      </div>
    </dialog>
  )
}
