import { fingerprintOf, sameFingerprint } from './fingerprint.ts';

// RFC 7638 §3.1: the thumbprint printed there.
const KID = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs';
const FINGERPRINT = '3736-cbb1-787c-b830-9c77-ee8c-3705-c5e1-6ffb-9e85-9715-901f-1e4c-59b1-1182-f57b';

it('writes a thumbprint in groups that can be read out', () => {
  expect(fingerprintOf(KID)).toBe(FINGERPRINT);
});

it.each([FINGERPRINT, FINGERPRINT.toUpperCase(), FINGERPRINT.replaceAll('-', ' '), KID])('knows %s again', (typed) => {
  expect(sameFingerprint(KID, typed)).toBe(true);
});

it.each([FINGERPRINT.slice(0, 19), '', FINGERPRINT.replace('3736', '3737'), KID.toLowerCase()])('does not take %p for it', (typed) => {
  expect(sameFingerprint(KID, typed)).toBe(false);
});
