import type { Logger } from 'pino'
import type { AccessRules } from './auth/gate.ts'
import type { RateLimit } from './auth/rate-limit.ts'
import { Gate } from './auth/gate.ts'
import { credentialPath } from './auth/credential-path.ts'
import { type Config, ConfigError } from './config.ts'
import { Access } from './http/access.ts'
import { Cors, isOrigin } from './http/cors.ts'
import { type AuditTrail, commandLine } from './http/audit/audit-trail.ts'
import { auditedCredential } from './http/auth/views.ts'
import { listOf } from './option.ts'
import { isLoopback } from './start.ts'

export interface AccessParts {
  readonly config: Config
  readonly log: Logger
  readonly nowMs: () => number
  /** Counts a request that was not admitted. */
  readonly turnAway: (code: string) => void
  /** Counts one that was, with a credential of that name. */
  readonly admitted: (name: string) => void
  readonly audit: AuditTrail
}

/** Builds the door of the HTTP layer. Throws ConfigError for a rule that is none. */
export async function makeAccess(parts: AccessParts): Promise<Access> {
  const { config, log, nowMs, turnAway, admitted, audit } = parts
  const path = credentialPath(config.data)
  const gate = new Gate(
    {
      dataDirectory: config.data,
      rules: rulesOf(config),
      nowMs,
      elapsedMs: () => performance.now(),
      onTrouble: (error) => {
        log.error(
          { err: error },
          'the changed credentials are not taken; those before stay in force',
        )
      },
      onCredentialChange: ({ kind, credential }) => {
        const what = { credential: auditedCredential(credential) }
        void audit.act(`credential ${kind}`, commandLine, what)
      },
      onSigningKey: (id) => void audit.act('signing key rotated', commandLine, { key: id }),
    },
    path,
  )
  try {
    if (gate.isNeeded) await gate.open()
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error))
  }
  return new Access({
    gate,
    cors: corsOf(config),
    isInsecure: config.insecure,
    isLoopback: isLoopback(config.host),
    onAdmitted: ({ name }) => admitted(name),
    onTurnedAway: turnAway,
    onRefused: (refused) => {
      // Whoever only asks who it is does not try to be anybody.
      if (refused.why !== 'no-credential' || refused.need !== 'any') audit.refused(refused)
      log.debug({ ...refused }, 'a request was not admitted')
    },
  })
}

function corsOf(config: Config): Cors {
  const origins = listOf(config.corsOrigin)
  const wrong = origins.find((origin) => !isOrigin(origin))
  if (wrong === undefined) return new Cors(origins)
  throw new ConfigError(
    `--cors-origin is a list of origins such as https://shop.example, not ${JSON.stringify(wrong)}`,
  )
}

function rulesOf(config: Config): AccessRules {
  return {
    allow: {
      write: listOf(config.allowWrite),
      read: listOf(config.allowRead),
      admin: listOf(config.allowAdmin),
    },
    deny: {
      write: listOf(config.denyWrite),
      read: listOf(config.denyRead),
      admin: listOf(config.denyAdmin),
    },
    proxies: listOf(config.trustedProxies),
    perAddress: rateOf(config.ratePerAddress),
    perPrincipal: rateOf(config.ratePerPrincipal),
    hmacWindowMs: config.hmacWindowS * 1000,
  }
}

function rateOf(perSecond: number): RateLimit {
  return { perSecond, burst: perSecond * 2 }
}
