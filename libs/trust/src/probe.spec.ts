/** The probe must accept the examples of the standards with their printed keys, and stay as strict as the message path. */
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { CompactSign, generateKeyPair, exportJWK } from 'jose';
import { forge } from '../../../test/support/trust-world.ts';
import { ALGORITHMS, generateKey, probeJws } from './index.ts';

const CLAIMS = 'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ';

const EXAMPLES: [string, object, string][] = [
  [
    'RFC 7515 A.1 (HS256)',
    { kty: 'oct', k: 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow' },
    `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${CLAIMS}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`,
  ],
  [
    'RFC 7515 A.2 (RS256, 2048 bits)',
    {
      kty: 'RSA',
      n: 'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
      e: 'AQAB',
    },
    `eyJhbGciOiJSUzI1NiJ9.${CLAIMS}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw`,
  ],
  [
    'RFC 7515 A.3 (ES256)',
    { kty: 'EC', crv: 'P-256', x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0' },
    `eyJhbGciOiJFUzI1NiJ9.${CLAIMS}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q`,
  ],
  [
    'RFC 7515 A.4 (ES512)',
    {
      kty: 'EC',
      crv: 'P-521',
      x: 'AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk',
      y: 'ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2',
    },
    'eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn',
  ],
  [
    'RFC 8037 A.4 (EdDSA), with the private JWK as printed',
    { kty: 'OKP', crv: 'Ed25519', d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
    'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
  ],
];

/** RFC 7520 §4: one payload, four algorithms; the keys are printed in §3. */
const HOBBIT =
  'SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4';
const HOBBIT_RSA = {
  kty: 'RSA',
  kid: 'bilbo.baggins@hobbiton.example',
  use: 'sig',
  n: 'n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw',
  e: 'AQAB',
};
const HOBBIT_EC = {
  kty: 'EC',
  kid: 'bilbo.baggins@hobbiton.example',
  use: 'sig',
  crv: 'P-521',
  x: 'AHKZLLOsCOzz5cY97ewNUajB957y-C-U88c3v13nmGZx6sYl_oJXu9A5RkTKqjqvjyekWF-7ytDyRXYgCF5cj0Kt',
  y: 'AdymlHvOiLxXkEhayXQnNCvDX4h9htZaCJN34kfmC6pV5OhQHiraVySsUdaQkAgDPrwQrJmbnX9cwlGfP-HqHZR1',
};
const HOBBIT_SECRET = {
  kty: 'oct',
  kid: '018c0ae5-4d9b-471b-bfd6-eef314bc7037',
  use: 'sig',
  alg: 'HS256',
  k: 'hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg',
};
const HOBBIT_MAC = `eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9.${HOBBIT}.s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0`;

const COOKBOOK: [string, object, string][] = [
  [
    'RFC 7520 §4.1 (RS256)',
    HOBBIT_RSA,
    `eyJhbGciOiJSUzI1NiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.${HOBBIT}.MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglII7PNDi84wnB-BDkoBwA78185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPocSadnHXFxnt8Is9UzpERV0ePPQdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ41Axf_fcIe8u9ipH84ogoree7vjbU5y18kDquDg`,
  ],
  [
    'RFC 7520 §4.2 (PS384)',
    HOBBIT_RSA,
    `eyJhbGciOiJQUzM4NCIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.${HOBBIT}.cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-tPid6VrklHkqsGqDqHCdP6O8TTB5dDDItllVo6_1OLPpcbUrhiUSMxbbXUvdvWXzg-UD8biiReQFlfz28zGWVsdiNAUf8ZnyPEgVFn442ZdNqiVJRmBqrYRXe8P_ijQ7p8Vdz0TTrxUeT3lm8d9shnr2lfJT8ImUjvAA2Xez2Mlp8cBE5awDzT0qI0n6uiP1aCN_2_jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0uTOcbH510a6GYmJUAfmWjwZ6oD4ifKo8DYM-X72Eaw`,
  ],
  [
    'RFC 7520 §4.3 (ES512)',
    HOBBIT_EC,
    `eyJhbGciOiJFUzUxMiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.${HOBBIT}.AE_R_YZCChjn4791jSQCrdPZCNYqHXCTZH0-JZGYNlaAjP2kqaluUIIUnC9qvbu9Plon7KRTzoNEuT4Va2cmL1eJAQy3mtPBu_u_sDDyYjnAMDxXPn7XrT0lw-kvAD890jl8e2puQens_IEKBpHABlsbEPX6sFY8OcGDqoRuBomu9xQ2`,
  ],
  ['RFC 7520 §4.4 (HS256)', HOBBIT_SECRET, HOBBIT_MAC],
];

describe('probe of a JWS', () => {
  it.each([...EXAMPLES, ...COOKBOOK])('accepts %s', (_name, jwk, jws) =>
    expect(probeJws({ jwk, jws })).toEqual({ verdict: 'accept', code: 'VERIFIED' }),
  );

  it.each([...EXAMPLES, ...COOKBOOK])('refuses %s with any one letter changed', (_name, jwk, jws) => {
    for (let at = 0; at < jws.length; at += 7) {
      const changed = jws.slice(0, at) + (jws[at] === 'B' ? 'C' : 'B') + jws.slice(at + 1);
      expect(probeJws({ jwk, jws: changed }).verdict).toBe('refuse');
    }
  });

  it('reads the compact form only: no detached content (§4.5), no JSON serialization (§4.6 to §4.8)', () => {
    const [header, payload, signature] = HOBBIT_MAC.split('.');
    const json = { payload, protected: header, signature };
    expect(probeJws({ jwk: HOBBIT_SECRET, jws: `${header}..${signature}` }).code).toBe('SIGNATURE_WRONG');
    expect(probeJws({ jwk: HOBBIT_SECRET, jws: JSON.stringify(json) }).verdict).toBe('refuse');
    expect(probeJws({ jwk: HOBBIT_SECRET, jws: json }).code).toBe('NOT_COMPACT');
  });

  it.each(Object.keys(ALGORITHMS))('accepts what jose signs with %s', async (alg) => {
    const secret = alg.startsWith('HS');
    const privateKey = secret ? Buffer.alloc(64, 7) : (await generateKeyPair(alg, { extractable: true })).privateKey;
    const jwk = secret ? { kty: 'oct', k: Buffer.alloc(64, 7).toString('base64url') } : await exportJWK(privateKey);
    const jws = await new CompactSign(Buffer.from('payload')).setProtectedHeader({ alg, kid: 'a' }).sign(privateKey);
    expect(probeJws({ jwk: { ...jwk, kid: 'a' }, jws })).toEqual({ verdict: 'accept', code: 'VERIFIED' });
    expect(probeJws({ jwk: { ...jwk, alg }, jws })).toEqual({ verdict: 'accept', code: 'VERIFIED' });
    expect(probeJws({ jwk: { ...jwk, kid: 'b' }, jws })).toEqual({ verdict: 'refuse', code: 'KEY_MISMATCH' });
    expect(probeJws({ jwk: { ...jwk, use: 'enc' }, jws })).toEqual({ verdict: 'refuse', code: 'KEY_USE' });
  });

  it('pins the algorithm the JWK names, although another would fit the key', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const input = `${Buffer.from('{"alg":"RS512"}').toString('base64url')}.`;
    const jws = `${input}.${sign('sha512', Buffer.from(input), privateKey).toString('base64url')}`;
    const jwk = publicKey.export({ format: 'jwk' });
    expect(probeJws({ jwk, jws })).toEqual({ verdict: 'accept', code: 'VERIFIED' });
    expect(probeJws({ jwk: { ...jwk, alg: 'RS256' }, jws })).toEqual({ verdict: 'refuse', code: 'ALG_NOT_OF_KEY' });
  });

  it('refuses a public key where the header asks for HMAC', () => {
    const jwk = createPublicKey(generateKey('ES256')).export({ format: 'jwk' });
    expect(probeJws({ jwk, jws: EXAMPLES[0]![2] }).code).toBe('ALG_NOT_OF_KEY');
  });

  it('judges a secret by the hash it is used with', () => {
    const short = (alg?: string) => ({ kty: 'oct', k: Buffer.alloc(31).toString('base64url'), ...(alg && { alg }) });
    expect(probeJws({ jwk: short('HS256'), jws: EXAMPLES[0]![2] }).code).toBe('KEY_SECRET_SHORT');
    expect(probeJws({ jwk: short(), jws: EXAMPLES[0]![2] }).code).toBe('KEY_SECRET_SHORT');
    expect(probeJws({ jwk: { kty: 'oct', k: Buffer.alloc(32).toString('base64url') }, jws: EXAMPLES[0]![2] }).code).toBe('SIGNATURE_WRONG');
  });

  it('is as strict as the message path about segments, crit and keys in the header', () => {
    const key = generateKey('ES256');
    const jwk = createPublicKey(key).export({ format: 'jwk' });
    const probe = (header: object) => probeJws({ jwk, jws: forge({ alg: 'ES256', ...header }, 'x', key).toString() }).code;
    expect(probe({ anything: 'unknown is left aside' })).toBe('VERIFIED');
    expect(probe({ crit: ['exp'], exp: 1 })).toBe('CRITICAL_UNKNOWN');
    expect(probe({ jwk })).toBe('HEADER_MEMBER_REFUSED');
    expect(probe({ b64: true })).toBe('HEADER_MEMBER_REFUSED');
    expect(probeJws({ jwk, jws: `${forge({ alg: 'ES256' }, 'x', key).toString()} ` }).code).toBe('NOT_BASE64URL');
  });

  it.each([null, 7, {}, 'a', '..', 'é.é.é', '{}'])('never throws: %p', (value) => {
    expect(probeJws({ jwk: value, jws: value }).verdict).toBe('refuse');
    expect(probeJws({ jwk: EXAMPLES[2]![1], jws: value }).verdict).toBe('refuse');
  });
});
