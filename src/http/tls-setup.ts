export interface CertificateFacts {
  /** SHA-256. */
  readonly fingerprint: string
  readonly names: readonly string[]
  readonly notAfterMs: number
}

/** What a listener needs for HTTPS; PEM. */
export interface TlsSetup {
  readonly certificate: string
  readonly key: string
  /** Of the certificate. */
  readonly facts: CertificateFacts
  /** The authority of the clients' certificates. */
  readonly clientCa: string
  /** Clients of the main port must show one. */
  readonly areClientsRequired: boolean
  /** A second port where they must; null: none. */
  readonly clientPort: number | null
}

/** TLS 1.2 as its version field has it (RFC 5246, 6.2.1). */
const tls12 = 0x0303

/** As the runtime takes it: TLS 1.2 or later. */
export function tlsOptions(setup: TlsSetup, isCertified: boolean) {
  return {
    cert: setup.certificate,
    key: setup.key,
    minVersion: tls12,
    ...(isCertified ? { ca: setup.clientCa, requestCert: true, rejectUnauthorized: true } : {}),
  }
}
