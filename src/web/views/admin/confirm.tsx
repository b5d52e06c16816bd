import type { ComponentChildren } from 'preact'
import { Button } from '../../components/button.tsx'
import { Modal } from '../../components/modal.tsx'

interface ConfirmProps {
  readonly title: string
  /** What it does, on the button that does it. */
  readonly label: string
  readonly said: string | null
  readonly isRunning: boolean
  readonly children: ComponentChildren
  onConfirm(): void
  onClose(): void
}

/** Asks once more before something that cannot be undone. */
export function Confirm({ title, label, said, isRunning, children, ...rest }: ConfirmProps) {
  return (
    <Modal title={title} onClose={rest.onClose}>
      <div class="modal-body">
        {children}
        <Said text={said} />
        <div class="row end">
          <Button label="Cancel" onPress={rest.onClose} />
          <Button label={label} kind="danger" isDisabled={isRunning} onPress={rest.onConfirm} />
        </div>
      </div>
    </Modal>
  )
}

/** What was said against an action. */
export function Said({ text }: { readonly text: string | null }) {
  if (text === null) return null
  return (
    <p class="bad" role="alert">
      {text}
    </p>
  )
}
