import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Button } from './button.tsx'

export interface ModalProps {
  readonly title: string
  readonly children: ComponentChildren
  /** Escape, the cross, or a click beside it. */
  onClose(): void
}

/** A dialog above the page, which keeps the focus inside of it. */
export function Modal({ title, children, onClose }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog
      ref={dialog}
      class="modal"
      aria-label={title}
      onClose={onClose}
      onClick={(event) => (event.target === dialog.current ? onClose() : undefined)}
    >
      <div class="modal-content">
        <header>
          <h2>{title}</h2>
          <Button label="Close" icon="close" isBare kind="quiet" onPress={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  )
}
