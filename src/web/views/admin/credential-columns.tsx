import type { Facilities, ListedCredential } from '../../api/answers.ts'
import { Button } from '../../components/button.tsx'
import type { Column } from '../../components/data-table.tsx'
import type { Zone } from '../../state/preferences.ts'
import { formatMinuteText } from '../../time/format.ts'
import type { CredentialAct } from './credential-dialog.tsx'

export function credentialColumns(
  zone: Zone,
  onAct: (act: CredentialAct, credential: ListedCredential) => void,
): readonly Column<ListedCredential>[] {
  const moment = (text: string | null): string =>
    text === null ? 'never' : formatMinuteText(Date.parse(text), zone)
  return [
    {
      name: 'name',
      label: 'Name',
      class: 'name who',
      cell: (credential) => (
        <>
          <b title={credential.name}>{credential.name}</b>
          <span class="only-phone soft">{rightsText(credential)}</span>
        </>
      ),
    },
    { name: 'kind', label: 'Kind', class: 'phone-hidden', cell: ({ kind }) => kind },
    {
      name: 'rights',
      label: 'May',
      class: 'grow phone-hidden',
      cell: (credential) => <span title={rightsText(credential)}>{rightsText(credential)}</span>,
    },
    {
      name: 'expires',
      label: 'Expires',
      class: 'phone-hidden',
      cell: ({ expires }) => moment(expires),
    },
    {
      name: 'state',
      label: 'State',
      cell: ({ state }) => <span class={state === 'valid' ? 'good' : 'bad'}>{state}</span>,
    },
    {
      name: 'acts',
      label: 'Actions',
      isLabelHidden: true,
      cell: (credential) => (
        <span class="acts">
          {credential.state === 'revoked' ? null : (
            <>
              <Button label="Rotate" kind="quiet" onPress={() => onAct('rotate', credential)} />
              <Button label="Revoke" kind="quiet" onPress={() => onAct('revoke', credential)} />
            </>
          )}
          <Button label="Remove" kind="quiet" onPress={() => onAct('remove', credential)} />
        </span>
      ),
    },
  ]
}

/** `write shop-*, read all, from 10.0.0.0/8`. */
function rightsText({ scopes, facilities, networks }: ListedCredential): string {
  const parts = scopes.map((scope) => {
    if (scope === 'write') return `write ${boundText(facilities.write)}`
    return scope === 'read' ? `read ${boundText(facilities.read)}` : scope
  })
  const from = networks.length === 0 ? [] : [`from ${networks.join(', ')}`]
  return [...parts, ...from].join(' · ')
}

function boundText(facilities: Facilities): string {
  if (facilities === null) return 'nothing'
  return facilities === 'all' ? 'all' : facilities.join(', ')
}
