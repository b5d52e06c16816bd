import { useState } from 'preact/hooks'
import { Button } from '../../components/button.tsx'
import { Modal } from '../../components/modal.tsx'
import { Said } from './confirm.tsx'
import {
  allScopes,
  credentialKinds,
  type CredentialKind,
  listed,
  type Scope,
  type WantedCredential,
} from './credential-calls.ts'

interface CredentialFormProps {
  /** There is none yet: with the first one, nobody comes in without. */
  readonly isFirst: boolean
  readonly said: string | null
  readonly isRunning: boolean
  onAdd(wanted: WantedCredential): void
  onClose(): void
}

interface Draft {
  readonly name: string
  readonly kind: CredentialKind
  readonly scopes: readonly Scope[]
  readonly write: string
  readonly read: string
  readonly networks: string
  /** Seconds; empty: it does not expire. */
  readonly expiresIn: string
  readonly password: string
}

const kindTexts = {
  'api-key': 'API key, made by the server',
  password: 'Password, for people',
  hmac: 'HMAC secret, for signed requests',
} as const

const scopeTexts = {
  write: 'write events',
  read: 'read events',
  admin: 'administer the server',
} as const

const lifetimes: readonly (readonly [seconds: string, label: string])[] = [
  ['', 'never'],
  ['86400', 'in a day'],
  ['2592000', 'in 30 days'],
  ['7776000', 'in 90 days'],
  ['31536000', 'in a year'],
]

/** A new credential: who it is for, how it is shown, and what it may do. */
export function CredentialForm({ isFirst, said, isRunning, onAdd, onClose }: CredentialFormProps) {
  const [draft, setDraft] = useState<Draft>({
    name: '',
    kind: 'api-key',
    scopes: isFirst ? allScopes : ['write'],
    write: '',
    read: '',
    networks: '',
    expiresIn: '',
    password: '',
  })
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part })
  return (
    <Modal title="New credential" onClose={onClose}>
      <form
        class="modal-body"
        onSubmit={(event) => {
          event.preventDefault()
          onAdd(wantedOf(draft))
        }}
      >
        {isFirst ? (
          <p>
            With the first credential, requests without one are no longer admitted. It must be an
            administrator’s; you are signed in with it at once.
          </p>
        ) : null}
        <Identity draft={draft} isFirst={isFirst} onChange={change} />
        <Rights draft={draft} isFirst={isFirst} onChange={change} />
        <Said text={said} />
        <div class="row end">
          <Button label="Cancel" onPress={onClose} />
          <button
            type="submit"
            class="button primary"
            disabled={isRunning || draft.scopes.length === 0}
          >
            Add
          </button>
        </div>
      </form>
    </Modal>
  )
}

interface PartProps {
  readonly draft: Draft
  readonly isFirst: boolean
  onChange(part: Partial<Draft>): void
}

/** Who it is for, and how it is shown. */
function Identity({ draft, isFirst, onChange }: PartProps) {
  // Signatures are no way into the app: whoever makes the first one must come in again.
  const kinds = credentialKinds.filter((kind) => !isFirst || kind !== 'hmac')
  return (
    <div class="form-grid">
      <label class="field">
        Name
        <input
          required
          maxLength={64}
          pattern="[A-Za-z0-9._@\-]+"
          title="Letters, digits and . _ @ -"
          spellcheck={false}
          autocomplete="off"
          value={draft.name}
          onInput={(event) => onChange({ name: event.currentTarget.value })}
        />
      </label>
      <label class="field">
        Kind
        <select
          value={draft.kind}
          onChange={(event) => {
            const kind = kinds.find((each) => each === event.currentTarget.value)
            if (kind !== undefined) onChange({ kind })
          }}
        >
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {kindTexts[kind]}
            </option>
          ))}
        </select>
      </label>
      {draft.kind === 'password' ? (
        <PasswordField value={draft.password} onChange={(password) => onChange({ password })} />
      ) : null}
      <label class="field">
        Expires
        <select
          value={draft.expiresIn}
          onChange={(event) => onChange({ expiresIn: event.currentTarget.value })}
        >
          {lifetimes.map(([seconds, label]) => (
            <option key={seconds} value={seconds}>
              {label}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}

/** What it may do, to which facilities, and from where. */
function Rights({ draft, isFirst, onChange }: PartProps) {
  const { scopes } = draft
  const toggle = (scope: Scope): void =>
    onChange({
      scopes: scopes.includes(scope) ? scopes.filter((each) => each !== scope) : [...scopes, scope],
    })
  const textField = (name: 'write' | 'read' | 'networks', label: string, hint: string) => (
    <label class="field" key={name}>
      {label}
      <input
        placeholder={hint}
        spellcheck={false}
        value={draft[name]}
        onInput={(event) => onChange({ [name]: event.currentTarget.value })}
      />
    </label>
  )
  return (
    <>
      <fieldset class="choices">
        <legend>It may</legend>
        {allScopes.map((scope) => (
          <label key={scope}>
            <input
              type="checkbox"
              checked={scopes.includes(scope)}
              disabled={isFirst && scope === 'admin'}
              onChange={() => toggle(scope)}
            />
            {scopeTexts[scope]}
          </label>
        ))}
      </fieldset>
      <div class="form-grid">
        {scopes.includes('write') ? textField('write', 'Writes facilities', 'all') : null}
        {scopes.includes('read') ? textField('read', 'Reads facilities', 'all') : null}
        {textField('networks', 'From networks', 'anywhere')}
      </div>
      <p class="hint">
        Names and patterns such as <code>shop-*</code>, networks such as <code>10.0.0.0/8</code>,
        separated by commas.
      </p>
    </>
  )
}

interface PasswordFieldProps {
  readonly value: string
  onChange(password: string): void
}

export function PasswordField({ value, onChange }: PasswordFieldProps) {
  return (
    <label class="field">
      Password, 8 characters or more
      <input
        type="password"
        required
        minLength={8}
        maxLength={1_024}
        autocomplete="new-password"
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </label>
  )
}

function wantedOf(draft: Draft): WantedCredential {
  const { name, kind, scopes, networks, expiresIn, password } = draft
  return {
    name,
    kind,
    scopes,
    facilities: {
      ...(scopes.includes('write') ? { write: bound(draft.write) } : {}),
      ...(scopes.includes('read') ? { read: bound(draft.read) } : {}),
    },
    networks: listed(networks),
    ...(expiresIn === '' ? {} : { expiresIn: Number(expiresIn) }),
    ...(kind === 'password' ? { password } : {}),
  }
}

const bound = (text: string): readonly string[] | 'all' =>
  text.trim() === '' ? 'all' : listed(text)
