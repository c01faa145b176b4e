/** "Who changed this weight?", asked of a train that became notes and a manifest, by the mappings and agreements of this repository. */
import { readFileSync } from 'node:fs';
import { readAgreements, readTranslationFiles } from '#config';
import { createTranslator, PROJECTIONS, project } from '#formats';
import { generateKey, LocalSigner, readCompact, readTranslation, sealMessage, type TranslationStatement } from '#trust';
import { AgreementBook } from '../agreement-book.ts';
import { sealOnward } from '../steps/seal.ts';
import { understand } from '../steps/understand.ts';
import { why } from './why.ts';

const home = process.cwd();
const translator = createTranslator(readTranslationFiles(home), { lazily: true });
const book = new AgreementBook(readAgreements(undefined, home), {
  mappings: new Set(translator.mappings.map(({ id }) => id)),
  projections: new Set(Object.keys(PROJECTIONS)),
});
const options = { translator, book, project };
const now = new Date('2026-03-14T09:15:00.000Z');
const signer = new LocalSigner(generateKey('ES256'));

/** A document of a partner as the gateway passes it on: what came, what went, and the signed statement between them. */
function passed(sender: string, document: Buffer, recipient: string, at = 0) {
  const link = book.linkTo(sender)!;
  const understood = understand(document, link, options);
  expect(understood.issues.filter(({ severity }) => severity === 'error')).toEqual([]);
  const onward = understood.onward.filter(({ route }) => route.to === recipient)[at]!;
  const source = sealMessage(
    {
      messageId: '019cebaf-8000-7c3e-9d42-5b1f0a6e7b01',
      conversationId: 'day',
      from: { party: sender },
      to: { party: book.gateway },
      messageType: { type: understood.type, version: '1' },
      created: now.toISOString(),
      notAfter: now.toISOString(),
      priority: 'B',
      test: false,
      link: { sequence: 1 },
      businessKeys: [],
    },
    [{ name: 'document', mediaType: 'application/xml', bytes: document }],
    signer,
    now,
  );
  const verified = { ...source, kid: signer.kid, parts: [] };
  const { row } = sealOnward(verified, link, onward, { link: onward.link.id, sequence: 0, manifestDigest: '' }, false, {
    gateway: book.gateway,
    signer,
    now,
    referenceDataVersion: 'sha256:0',
  });
  const jws = readCompact(row.translation!, 1 << 20);
  const statement = (jws.ok && readTranslation(jws.payload)) as TranslationStatement;
  return { statement, source: document, result: onward.payload };
}

const manifest = readFileSync('test/fixtures/formats/cn-manifest/MT1101-9.xml');

describe('a cargo manifest passed on to customs in its own format', () => {
  const sent = passed('LSW', manifest, 'NSW');

  it('names both sides of the statement: what read it, what wrote it, which octets', () => {
    expect(sent.statement).toMatchObject({ readBy: { id: 'cn-manifest/MT1101' }, writtenBy: { id: 'cn-manifest/MT1101' }, index: 0 });
    expect(sent.statement.source.digest).not.toBe(sent.statement.result.digest);
  });

  it('nobody changed the weight: both values, the rule and the path say so, from the very octets', () => {
    const { reproduced, changedMappings, answers } = why(sent, 'TotalGrossMassMeasure', options);
    expect([reproduced, changedMappings]).toEqual([true, []]);
    expect(answers[0]).toMatchObject({
      change: 'unchanged',
      canonical: '/consignment/0/grossWeight',
      source: [{ pointer: expect.stringContaining('TotalGrossMassMeasure') as string, value: '16700.75', rule: 'measure KGM' }],
      target: { value: '16700.75', rule: 'measure KGM' },
    });
  });

  it('a code is followed through its list', () => {
    const [answer] = why(sent, '/consignment/0/packageTypeCode', options).answers;
    expect(answer).toMatchObject({ source: [{ value: 'CT', rule: 'code UN-Rec21' }], target: { value: 'CT' } });
  });

  it('says when it cannot be done again as it was: other octets, another mapping', () => {
    const altered = Buffer.concat([sent.result, Buffer.from('\n')]);
    expect(why({ ...sent, result: altered }, 'TotalGrossMassMeasure', options).reproduced).toBe(false);
    const then = { ...sent.statement, writtenBy: { ...sent.statement.writtenBy, version: '0.9.0', digest: 'f'.repeat(64) } };
    expect(why({ ...sent, statement: then }, 'TotalGrossMassMeasure', options).changedMappings).toMatchObject([
      { id: 'cn-manifest/MT1101' },
    ]);
  });

  it('finds nothing for a field that is on neither side', () => {
    const nothing = why(sent, 'NoSuchField', options);
    expect([nothing.answers, nothing.similar.includes('TotalGrossMassMeasure')]).toEqual([[], true]);
    expect(why(sent, 'grossmass', options).similar).toEqual(expect.arrayContaining(['TotalGrossMassMeasure']));
    expect(why(sent, 'grossmass', options).similar.filter((name) => !/grossmass/i.test(name))).toEqual([]);
  });
});

describe('a train list made into notes', () => {
  const train = readFileSync('test/fixtures/formats/canonical/TrainConsist.json');
  const note = passed('LSW', train, 'KEG', 1);

  it('the weight of the second note is the second note’s, through the projection', () => {
    const answers = why(note, '/grossWeight', options).answers.filter(({ canonical }) => canonical === '/grossWeight');
    expect(answers[0]).toMatchObject({ projection: 'consignmentNotes', source: [{ canonical: '/consignmentNote/1/grossWeight' }] });
    expect(answers[0]!.source[0]!.value).toBe(answers[0]!.target!.value);
  });

  it('a weight that the projection adds up names every note it is the sum of', () => {
    const bill = passed('LSW', train, 'HRG');
    const summed = why(bill, 'TotalGrossMassMeasure', options).answers.find(({ change }) => change === 'computed');
    expect(summed).toMatchObject({ projection: 'railManifest' });
    const kilograms = (value: string) => Number(value.replace(/ .*$/, ''));
    const total = summed!.source.reduce((sum, { value }) => sum + kilograms(value), 0);
    expect(total).toBeCloseTo(kilograms(summed!.target!.value));
  });

  it('a field of the source leads to where it went, or to the answer that it was not carried', () => {
    const { answers } = why(note, '/consignmentNote/0/grossWeight', options);
    expect(answers).toMatchObject([{ change: 'dropped', source: [{ canonical: '/consignmentNote/0/grossWeight' }] }]);
  });
});
