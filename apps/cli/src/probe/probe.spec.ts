import { issue } from '#model';
import { verdictOf, verifyLine } from './probe.ts';

describe('verdictOf', () => {
  it('refuses by the first error and lets warnings pass', () => {
    const warning = issue('CHECK_DIGIT', '');
    expect(verdictOf([warning])).toEqual({ verdict: 'accept', code: 'ACCEPTED' });
    expect(verdictOf([warning, issue('FIELD_MISSING', ''), issue('EMPTY', '')])).toEqual({ verdict: 'refuse', code: 'FIELD_MISSING' });
  });
});

describe('verifyLine', () => {
  // RFC 7515 appendix A.1: the JWS and key printed there.
  const jwk = { kty: 'oct', k: 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow' };
  const jws =
    'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

  it('answers under the id of the line', () => {
    expect(verifyLine(JSON.stringify({ id: 'A.1', jwk, jws }))).toMatchObject({ id: 'A.1', verdict: 'accept', code: 'VERIFIED' });
    expect(verifyLine(JSON.stringify({ id: 7, jwk, jws: jws.replace('dBjf', 'dBjg') }))).toMatchObject({
      id: 7,
      verdict: 'refuse',
      code: 'SIGNATURE_WRONG',
    });
  });

  it.each([
    ['no JSON', '{', undefined, 'JSON_MALFORMED'],
    ['a member twice', '{"id":1,"jws":"a","jws":"b"}', 1, 'JSON_DUPLICATE_KEY'],
    ['no JWS', '{"id":2}', 2, 'NOT_COMPACT'],
    ['a list', '[]', undefined, 'NOT_COMPACT'],
    ['null', 'null', undefined, 'NOT_COMPACT'],
  ])('refuses a line that is %s', (_, line, id, code) => {
    expect(verifyLine(line)).toMatchObject({ ...(id !== undefined && { id }), verdict: 'refuse', code });
  });
});
