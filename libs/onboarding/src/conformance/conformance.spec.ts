/** The suite itself: passes a party that keeps the protocol, and finds each planted fault by the case that should. */
import { issue, type Issue } from '#model';
import { directoryKey, generateKey, KeyDirectory, LocalSigner, PROFILE, TYPES } from '#trust';
import { ReferenceParty, type Fault } from '../testing/reference-party.ts';
import {
  Bench,
  CASES,
  certificateOf,
  htmlReport,
  junitReport,
  LANGUAGES,
  openCertificate,
  runSuite,
  type ConformanceCase,
  type SuiteReport,
} from './index.ts';

const NOW = new Date('2026-03-14T09:15:00.000Z');
const FROM = new Date('2026-01-01T00:00:00.000Z');

function world(fault?: Fault, roundUp = 50) {
  const gateway = new LocalSigner(generateKey('ES256'));
  const partner = new LocalSigner(generateKey('Ed25519'));
  const directory = () => {
    const made = new KeyDirectory();
    for (const [party, signer] of [
      ['LBG', gateway],
      ['KEG', partner],
    ] as const)
      made.importTrusted({
        profile: PROFILE,
        party,
        version: 1,
        issued: FROM.toISOString(),
        keys: [directoryKey(signer.jwk, { from: FROM })],
      });
    return made;
  };
  const now = () => NOW;
  /** Reads nothing but JSON, which is enough for what the suite sends without mappings. */
  const understand = (document: Buffer): readonly Issue[] => (document.toString().startsWith('{') ? [] : [issue('FORMAT_UNKNOWN', '/')]);
  const endpoint = new ReferenceParty(
    { party: 'KEG', peer: 'LBG', link: 'keg', signer: partner, directory: directory(), test: true, now, understand, fault },
    directory(),
  );
  const known = directory();
  const bench = new Bench({
    endpoint,
    self: 'LBG',
    peer: 'KEG',
    link: 'keg',
    signer: gateway,
    directory: known,
    test: true,
    now,
    deadlineMs: roundUp,
    makeKey: (alg) => new LocalSigner(generateKey(alg)),
  });
  return { bench, known, partner };
}

const failedIn = ({ cases }: SuiteReport): string[] => cases.filter(({ verdict }) => verdict === 'failed').map(({ id }) => id);
const run = (bench: Bench, cases: readonly ConformanceCase[] = CASES) => runSuite(bench, { cases, role: 'partner' });

describe('the conformance suite', () => {
  const small = CASES.filter(({ id }) => id !== 'VOL-004');

  it('passes a party that keeps the protocol, with thousands of assertions', async () => {
    const { bench } = world();
    const report = await run(
      bench,
      small.filter(({ needs }) => needs !== 'rotate'),
    );
    expect(failedIn(report)).toEqual([]);
    expect(report.passed).toBe(true);
    expect(report.counts.passed).toBeGreaterThan(100);
    expect(report.assertions).toBeGreaterThan(3_000);
    expect(report.cases.filter(({ verdict }) => verdict === 'not applicable').every(({ id }) => /^REC-1/.test(id))).toBe(true);
  });

  it.each<[Fault, string[]]>([
    ['does not verify signatures', ['SIG-002', 'SIG-003', 'SIG-011']],
    ['accepts any key of the message', ['SIG-010', 'SIG-013']],
    ['verifies JSON printed again', ['SIG-001']],
    ['ignores the addressee', ['SIG-059']],
    ['ignores parts', ['SIG-061', 'SIG-065']],
    ['new receipt for a duplicate', ['FLW-001']],
    ['receipt about printed-again octets', ['REC-001']],
    ['receipt without parts', ['REC-002']],
    ['receipt before reading', ['REC-001']],
    ['always says it has it', ['QRY-101', 'FLW-003']],
    ['ignores lateness', ['FLW-008']],
    ['mixes test and production', ['FLW-011']],
    ['overwrites the same id', ['FLW-003']],
    ['never forgets keys', ['ROT-003']],
    ['loses every tenth message', ['VOL-001']],
  ])('finds a party that %s', async (fault, ids) => {
    const { bench } = world(fault, 30);
    const short = small.filter(({ short, id, needs }) => needs !== 'rotate' && (short || ids.includes(id)));
    const failed = failedIn(await run(bench, short));
    expect(failed).toEqual(expect.arrayContaining(ids));
  });

  it('has a stable id and every text in four languages for each case', () => {
    expect(new Set(CASES.map(({ id }) => id)).size).toBe(CASES.length);
    for (const { what, story } of CASES)
      for (const told of [what, story.purpose, story.given, story.when, story.then, story.advice])
        for (const language of LANGUAGES) expect(told[language]).not.toBe('');
  });

  it('does not run what the endpoint cannot do, and says so instead of passing', async () => {
    const { bench } = world();
    const report = await run(
      bench,
      CASES.filter(({ id }) => id === 'ROT-007' || id === 'ROT-001'),
    );
    expect(report.cases.map(({ verdict }) => verdict)).toEqual(['passed', 'not run']);
    expect(report.passed).toBe(false);
  });
});

describe('report and certificate', () => {
  const one = CASES.filter(({ id }) => ['SIG-001', 'FLW-001', 'REC-001'].includes(id));

  it('says the same in four languages as HTML and JUnit, with nothing of the endpoint unescaped', async () => {
    const { bench } = world('new receipt for a duplicate');
    const report = await run(bench, one);
    const broken = { ...report, endpoint: '<script>' };
    for (const language of LANGUAGES) {
      const html = htmlReport(broken, language);
      expect(html).toContain('FLW-001');
      expect(html).not.toContain('<script');
      expect(junitReport(report, language)).toMatch(/tests="3" failures="1"/);
    }
    expect(htmlReport(report, 'kk')).toContain('өтпеді');
    expect(htmlReport(report, 'zh')).toContain('未通过');
  });

  it('is signed for a full pass only, and bound to endpoint, software, key and report', async () => {
    const { bench, known, partner } = world();
    const report = await run(bench, one);
    const reportBytes = Buffer.from(JSON.stringify(report));
    const fields = { report, reportBytes, endpoint: 'https://gateway.example/links/keg', software: 'kit 1.0', kid: partner.kid };
    const jws = certificateOf(fields, bench.signer, NOW);
    const judge = (change: object = {}) => openCertificate(jws, known, { now: NOW, ...change }).verdict;
    expect(judge({ kid: partner.kid, software: 'kit 1.0', reportBytes })).toBe('valid');
    expect(judge({ kid: bench.signer.kid })).toBe('other key');
    expect(judge({ software: 'kit 1.1' })).toBe('other software');
    expect(judge({ reportBytes: Buffer.from('{}') })).toBe('other report');
    expect(judge({ now: new Date('2027-04-01T00:00:00Z') })).toBe('expired');
    const forged = Buffer.from(jws.toString('latin1').replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')));
    expect(openCertificate(forged, known, { now: NOW }).verdict).toBe('not trusted');
    expect(openCertificate(Buffer.from('чужое 假 жалған'), known, { now: NOW }).verdict).toBe('not trusted');
    expect(() => certificateOf({ ...fields, report: { ...report, extent: 'short' } }, bench.signer, NOW)).toThrow(/conformance suite/);
    expect(() => certificateOf({ ...fields, report: { ...report, passed: false } }, bench.signer, NOW)).toThrow(/conformance suite/);
    expect(TYPES.conformance).toBe('lb-conformance+jws');
  });
});
