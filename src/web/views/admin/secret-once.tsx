import { Button } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { Modal } from '../../components/modal.tsx'

/** A secret that was just made. */
export interface MadeSecret {
  /** Such as `The API key of checkout`. */
  readonly what: string
  readonly secret: string
}

interface SecretOnceProps extends MadeSecret {
  onClose(): void
}

/** Shows a secret the only time that it can be shown: it is closed by its button alone. */
export function SecretOnce({ what, secret, onClose }: SecretOnceProps) {
  return (
    <Modal title={what} mustAnswer onClose={onClose}>
      <div class="modal-body">
        <p>
          <b>Copy it now.</b> The server keeps no copy that could be shown again.
        </p>
        <p class="secret mono" data-secret>
          {secret}
        </p>
        <div class="row end">
          <CopyButton label="Copy" text={() => secret} />
          <Button label="I have it" kind="primary" onPress={onClose} />
        </div>
      </div>
    </Modal>
  )
}
