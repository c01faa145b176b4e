import { Secret, TOTP } from 'otpauth';

/** RFC 6238 as every authenticator app does it: SHA-1, 6 digits, 30 seconds. */
const FORM = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
const ISSUER = 'Landbridge';

export interface NewFactor {
  /** Base32. */
  readonly secret: string;
  /** `otpauth:` for a QR code. */
  readonly uri: string;
}

export function newFactor(name: string): NewFactor {
  const secret = new Secret({ size: 20 });
  return { secret: secret.base32, uri: new TOTP({ ...FORM, issuer: ISSUER, label: name, secret }).toString() };
}

/** The time step a code belongs to, one before and after now allowed (clocks differ); undefined: it is not right. */
export function stepOf(secret: string, code: string, now: Date): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const timestamp = now.getTime();
  const delta = TOTP.validate({ ...FORM, token: code, secret: Secret.fromBase32(secret), timestamp, window: 1 });
  return delta === null ? undefined : TOTP.counter({ period: FORM.period, timestamp }) + delta;
}
