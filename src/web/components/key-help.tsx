import { useApp } from '../state/app-state.ts'
import { Modal } from './modal.tsx'

/** The keys that work at the moment. */
export function KeyHelp({ onClose }: { readonly onClose: () => void }) {
  const { keys } = useApp()
  const listed = keys.bindings.value.filter(({ says }) => says !== '')
  return (
    <Modal title="Keys" onClose={onClose}>
      <dl class="keys">
        {listed.map(({ key, says }) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}
