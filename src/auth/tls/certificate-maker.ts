// The library's dependency injection needs it before anything else of it is loaded.
// oxlint-disable-next-line import/no-unassigned-import
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'

/*
 * Certificates (RFC 5280): an authority of the server's own, and what it signs. ECDSA on P-256 with SHA-256.
 * Clients trust the authority's certificate, or pin the server's fingerprint.
 */

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const dayMs = 86_400_000
const authorityDays = 3_650
/** No longer than browsers take it (CA/Browser Forum, 2020). */
export const leafDays = 397
/** Clocks of clients may be a little behind. */
const backdateMs = 3_600_000

export interface PemPair {
  /** PEM of the certificate, and of its private key in PKCS #8. */
  readonly certificate: string
  readonly key: string
}

export async function makeAuthority(nowMs: number): Promise<PemPair> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const serialNumber = serial()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber,
    name: `CN=Minutebook ${serialNumber.slice(0, 8)}`,
    ...validity(nowMs, authorityDays),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: `${certificate.toString('pem')}\n`, key: await pemOf(keys.privateKey) }
}

export interface LeafRequest {
  readonly for: 'server' | 'client'
  /** Of a server: names and addresses it is reached by. Of a client: its name. */
  readonly names: readonly string[]
  readonly nowMs: number
  readonly days?: number
}

/** Signs a certificate for a server or a client. Throws RangeError for a name that cannot be one. */
export async function makeLeaf(authority: PemPair, request: LeafRequest): Promise<PemPair> {
  const issuer = new x509.X509Certificate(authority.certificate)
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const isServer = request.for === 'server'
  const names = request.names.map((name) => nameOf(name, isServer))
  const [first] = request.names
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: [{ CN: [first ?? ''] }],
    issuer: issuer.subject,
    ...validity(request.nowMs, request.days ?? leafDays),
    signingAlgorithm: algorithm,
    signingKey: await keyOf(authority.key),
    publicKey: keys.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        isServer ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth,
      ]),
      new x509.SubjectAlternativeNameExtension(names),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: `${certificate.toString('pem')}\n`, key: await pemOf(keys.privateKey) }
}

/** A certificate as people check it. */
export interface CertificateFacts {
  readonly subject: string
  readonly names: readonly string[]
  readonly notBeforeMs: number
  readonly notAfterMs: number
  /** SHA-256 of the DER: upper-case hex, in pairs with colons, as openssl and browsers show it. */
  readonly fingerprint: string
}

/** Throws Error when the text is no certificate. */
export async function factsOf(pem: string): Promise<CertificateFacts> {
  const certificate = new x509.X509Certificate(pem)
  const names = certificate.getExtension(x509.SubjectAlternativeNameExtension)
  const digest = Buffer.from(await certificate.getThumbprint('SHA-256')).toString('hex')
  return {
    subject: certificate.subject,
    names: names === null ? [] : names.names.items.map(({ value }) => String(value)),
    notBeforeMs: certificate.notBefore.getTime(),
    notAfterMs: certificate.notAfter.getTime(),
    fingerprint: (digest.toUpperCase().match(/../g) ?? []).join(':'),
  }
}

const address = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]*)$/i
const hostName = /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i
const clientName = /^[A-Za-z0-9._@-]{1,64}$/

function nameOf(name: string, isServer: boolean) {
  if (!isServer) {
    if (!clientName.test(name)) throw new RangeError(`'${name}' is no name of a client`)
    return { type: 'dns' as const, value: name }
  }
  if (address.test(name)) return { type: 'ip' as const, value: name }
  if (hostName.test(name) && name.length <= 253) return { type: 'dns' as const, value: name }
  throw new RangeError(`'${name}' is no host name and no address`)
}

function validity(nowMs: number, days: number) {
  return {
    notBefore: new Date(nowMs - backdateMs),
    notAfter: new Date(nowMs + days * dayMs),
  }
}

/** 16 random bytes; the highest bit is 0, so that it is a positive number. */
function serial(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 1
  return Buffer.from(bytes).toString('hex')
}

async function pemOf(key: CryptoKey): Promise<string> {
  const der = await crypto.subtle.exportKey('pkcs8', key)
  return `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n`
}

async function keyOf(pem: string): Promise<CryptoKey> {
  const [der] = x509.PemConverter.decode(pem)
  if (der === undefined) throw new Error('the file of the key holds no key')
  return crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
}
