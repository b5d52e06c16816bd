/*
 * The events of the audit trail, all of the facility `minutebook`. Names are part of the API: never changed,
 * never used for something else. docs/SECURITY.md has them as a table.
 */

export interface AuditText {
  readonly level: 'notice' | 'warn'
  /** When it is written, and what `additional` has beside `by`. */
  readonly explanation: string
}

export const auditEvents = {
  'credential added': {
    level: 'notice',
    explanation: '`credential`: its name, kind, scopes, facilities, networks and end.',
  },
  'credential revoked': { level: 'notice', explanation: '`credential`: its name and kind.' },
  'credential rotated': {
    level: 'notice',
    explanation:
      '`credential`: its name and kind. It has a new secret; tokens made with the old one ended.',
  },
  'credential removed': { level: 'notice', explanation: '`credential`: its name and kind.' },
  'token issued': {
    level: 'notice',
    explanation: '`token`: its id, owner, scopes, facilities and end.',
  },
  'token revoked': { level: 'notice', explanation: '`token`: its id and owner.' },
  'signing key rotated': {
    level: 'notice',
    explanation: '`key`: the id of the new one; `tokensEnded`: whether all tokens ended with it.',
  },
  'certificate renewed': {
    level: 'notice',
    explanation: '`certificate`: its SHA-256 fingerprint, names and end.',
  },
  'pages dropped': {
    level: 'warn',
    explanation: 'By DELETE. `before`, and how many pages, events and bytes went.',
  },
  'events removed': {
    level: 'warn',
    explanation:
      'By DELETE with facility or level. `before`, `facilities`, `levels`, and how many pages, events and bytes it was about.',
  },
  'authentication refused': {
    level: 'warn',
    explanation:
      '`address`, `principal` (null unless there is one of the name or key that was given), `code`, `why`, `need`, `count` since the last such event, `first` and `last`.',
  },
  'further authentications refused': {
    level: 'warn',
    explanation: '`count`: those from so many addresses at once that they are not listed.',
  },
  'connections closed': {
    level: 'warn',
    explanation:
      'Those that were too many: `count`, of them `perAddress` and `inAll`; the `addresses` and those of the `most`; `first` and `last`.',
  },
} as const satisfies Readonly<Record<string, AuditText>>

export type AuditEvent = keyof typeof auditEvents
