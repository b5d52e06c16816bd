import { number, text, toggle } from './option.ts'

/** The options of `minutebook serve` about who may reach the server, and how. */
export const accessOptions = {
  tls: toggle('HTTPS, with a certificate of its own unless one is given'),
  tlsHost: text(
    '',
    'names and addresses in the own certificate beside localhost and --host, comma-separated',
  ),
  tlsCert: text('', 'PEM file of the certificate, with those between it and its root'),
  tlsKey: text('', 'PEM file of its private key'),
  tlsClients: text(
    'any',
    'whether clients must show a certificate; of the own authority or --tls-ca',
    ['any', 'required'],
  ),
  tlsCa: text('', "PEM file of the authority of the clients' certificates"),
  tlsClientPort: number(
    0,
    [0, 65_535],
    'port',
    'second port, where clients must show a certificate; 0: none',
  ),
  allowWrite: text('', 'networks that may post, comma-separated (10.0.0.0/8); empty: all'),
  denyWrite: text('', 'networks that may not post, even if allowed'),
  allowRead: text('', 'networks that may read; empty: all'),
  denyRead: text('', 'networks that may not read, even if allowed'),
  allowAdmin: text('', 'networks that may delete and manage; empty: all'),
  denyAdmin: text('', 'networks that may not delete and manage, even if allowed'),
  trustedProxies: text(
    '',
    'networks of the proxies whose X-Forwarded-For names the client, comma-separated',
  ),
  corsOrigin: text(
    '',
    'origins whose pages may use the API (https://shop.example), comma-separated; empty: none',
  ),
  ratePerAddress: number(
    0,
    [0, 1_000_000],
    'requests/s',
    'of one address, or /64 network of IPv6, twice as many at once; 0 sets no bound',
  ),
  ratePerPrincipal: number(
    0,
    [0, 1_000_000],
    'requests/s',
    'of one credential, twice as many at once; 0 sets no bound',
  ),
  connectionsMax: number(
    10_000,
    [0, 1_000_000],
    'connections',
    'open at once; those that are too many and idle are closed within a second; 0 sets no bound; on Linux',
  ),
  connectionsPerAddressMax: number(
    1_000,
    [0, 1_000_000],
    'connections',
    'of one address, or /64 network of IPv6, other than --trusted-proxies; 0 sets no bound; on Linux',
  ),
  bodyTimeoutS: number(
    30,
    [1, 3_600],
    's',
    'how long a body may be silent, and take in all, beside a second for each 16 KiB of it',
  ),
  hmacWindowS: number(
    300,
    [1, 3_600],
    's',
    'how far the time of a signed submission may be from the clock',
  ),
} as const
