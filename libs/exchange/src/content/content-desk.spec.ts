/** Two people look at one manifest: one has no right to payloads, the other has, or gives a reason. */
import { readFileSync } from 'node:fs';
import { readAgreements, readTranslationFiles } from '#config';
import { createTranslator, PROJECTIONS } from '#formats';
import type { Right } from '#model';
import { generateKey, LocalSigner, sealMessage } from '#trust';
import type { Actor } from '../access/actor.ts';
import { Scope } from '../access/scope.ts';
import { AgreementBook } from '../agreement-book.ts';
import { ASIDE_BYTES } from '../ports/aside.port.ts';
import type { AuditRecord } from '../ports/audit-log.port.ts';
import type { MessageDetail } from '../ports/message-view.port.ts';
import { MASK } from './content.ts';
import { ContentDesk } from './content-desk.ts';
import type { ContentForm } from './forms.ts';

const home = process.cwd();
const translator = createTranslator(readTranslationFiles(home), { lazily: true });
const book = new AgreementBook(readAgreements(undefined, home), {
  mappings: new Set(translator.mappings.map(({ id }) => id)),
  projections: new Set(Object.keys(PROJECTIONS)),
});
const now = new Date('2026-03-14T09:15:00.000Z');
const signer = new LocalSigner(generateKey('ES256'));
const manifest = readFileSync('test/fixtures/formats/cn-manifest/MT1101-9.xml');
const note = readFileSync('test/fixtures/formats/osjd-smgs/note-kk-ru.edi');
/** Whatever a partner wrote as text: names, goods, addresses. The representative is named by the number that stands in the head. */
const TEXTS = [...manifest.toString('utf8').matchAll(/<(?:Name|Description|Line|CargoDescription)>([^<]{4,})</g)]
  .map(([, text]) => text!)
  .filter((text) => text !== '2301LBG000001');

const frameOf = (document: Buffer): Buffer =>
  sealMessage(
    {
      messageId: '019cebaf-8000-7c3e-9d42-5b1f0a6e7b01',
      conversationId: 'day',
      from: { party: 'LSW' },
      to: { party: 'LBG' },
      messageType: { type: 'cn-manifest/MT1101', version: '1' },
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
  ).frame;

const receipts = [{ jws: `e30.${Buffer.from('{"level":"R2"}').toString('base64url')}.c2ln` }];

const person = (...rights: Right[]): Actor => ({
  account: { id: '1', name: 'aigerim', kind: 'person' },
  roles: [],
  rights: new Set(rights),
  scope: Scope.everything,
});
const viewer = person('messages.read');
const operator = person('messages.read', 'payloads.reveal');
const approver = person('messages.read', 'payloads.read');

function deskOf(documents: Readonly<Record<string, Buffer>>, options: { audit?: () => Promise<void> } = {}) {
  const records: AuditRecord[] = [];
  const details = (id: string) =>
    documents[id]
      ? [
          {
            messageId: id,
            direction: 'in',
            sender: 'LSW',
            link: 'lsw',
            partner: 'LSW',
            frame: frameOf(documents[id]),
            receipts,
          } as unknown as MessageDetail,
        ]
      : [];
  const desk = new ContentDesk({
    view: { detail: (_scope, id) => Promise.resolve(details(id)) },
    book,
    translator,
    audit: { append: (record) => (options.audit ? options.audit() : Promise.resolve(void records.push(record))) },
    clock: { now: () => now },
  });
  return { desk, records };
}

describe('without the right to payloads', () => {
  it('shows where every field stands and by which rule it is read, and nothing a partner wrote', async () => {
    const { desk, records } = deskOf({ m1: manifest });
    const content = await desk.content(viewer, { messageId: 'm1' });
    expect(content).toMatchObject({
      state: 'masked',
      direction: 'in',
      partner: 'LSW',
      canonicalType: 'Manifest',
      charset: 'UTF-8',
      bytes: manifest.length,
    });
    expect(content.fields.length).toBeGreaterThan(40);
    expect(content).not.toHaveProperty('text');
    expect(TEXTS.length).toBeGreaterThan(5);
    const told = JSON.stringify(content);
    for (const text of TEXTS) expect([text, told.includes(text)]).toEqual([text, false]);
    expect(records).toEqual([]);
  });

  it('shows codes, the head and the numbers a message is found by', async () => {
    const { desk } = deskOf({ m1: manifest });
    const { fields } = await desk.content(viewer, { messageId: 'm1' });
    const at = (end: string) => fields.find(({ pointer }) => pointer.endsWith(end));
    expect(at('/TransportContractDocument/ID')).toMatchObject({ value: 'LBG26030001', masked: false });
    expect(at('/Head/MessageType')).toMatchObject({ value: 'MT1101', masked: false });
    expect(at('/BorderTransportMeans/TypeCode')).toMatchObject({ value: '1', masked: false });
    expect(at('/BorderTransportMeans/Name')).toMatchObject({ value: MASK, meaning: MASK, masked: true });
  });

  it('masks Kazakh and Russian text of an EDIFACT note alike', async () => {
    const { desk } = deskOf({ note });
    const content = await desk.content(viewer, { messageId: 'note' });
    expect(content.fields.length).toBeGreaterThan(40);
    expect(JSON.stringify(content.fields.map(({ value, meaning }) => [value, meaning]))).not.toMatch(/[А-Яа-яӘәҒғҚқҢңӨөҰұҮүҺһІі]{3,}/);
  });

  it('compares without telling values', async () => {
    const changed = Buffer.from(manifest.toString('utf8').replace('LANDBRIDGE EXAMPLE', 'LANDBRIDGE ӨЗГЕРГЕН'));
    const { desk } = deskOf({ m1: manifest, m2: changed });
    const [m1, m2] = [
      { messageId: 'm1', form: 'canonical' as const },
      { messageId: 'm2', form: 'canonical' as const },
    ];
    const { differences, masked } = await desk.compare(viewer, m1, m2);
    expect(masked).toBe(true);
    expect(differences).toMatchObject([{ kind: 'changed', message: 1, before: { value: MASK }, after: { value: MASK } }]);
    const open = await desk.compare(approver, m1, m2);
    expect(open.differences).toMatchObject([{ before: { value: 'LANDBRIDGE EXAMPLE' }, after: { value: 'LANDBRIDGE ӨЗГЕРГЕН' } }]);
  });
});

describe('with it, or for a reason', () => {
  it('shows the document as it was received, and who looked is on record', async () => {
    const { desk, records } = deskOf({ m1: manifest });
    const content = await desk.content(approver, { messageId: 'm1' });
    expect(content).toMatchObject({ state: 'whole', text: manifest.toString('utf8'), textCut: false });
    expect(records).toMatchObject([{ action: 'payload.view', subject: 'in:LSW/m1', actor: 'person:1:aigerim' }]);
  });

  it('keeps the reason of a break-glass', async () => {
    const { desk, records } = deskOf({ m1: manifest });
    const { state, fields } = await desk.reveal(operator, { messageId: 'm1' }, 'Хоргос сұрады: салмақ');
    expect(state).toBe('whole');
    expect(fields.some(({ value }) => value === 'LANDBRIDGE EXAMPLE')).toBe(true);
    expect(records).toMatchObject([{ action: 'payload.reveal', reason: 'Хоргос сұрады: салмақ' }]);
  });

  it('shows nothing that cannot be put on record', async () => {
    const { desk } = deskOf({ m1: manifest }, { audit: () => Promise.reject(new Error('no audit')) });
    await expect(desk.reveal(operator, { messageId: 'm1' }, 'why not')).rejects.toThrow('no audit');
    await expect(desk.content(approver, { messageId: 'm1' })).rejects.toThrow('no audit');
  });
});

describe('two forms side by side', () => {
  const side = (messageId: string, form: ContentForm) => ({ messageId, form });
  const changed = Buffer.from(manifest.toString('utf8').replace('LANDBRIDGE EXAMPLE', 'LANDBRIDGE ӨЗГЕРГЕН'));

  it.each<ContentForm>(['document', 'canonical'])('lay out the %s without anything a partner wrote', async (form) => {
    const { desk, records } = deskOf({ m1: manifest, m2: changed, note });
    for (const [one, other] of [
      ['m1', 'm2'],
      ['note', 'm1'],
    ]) {
      const compared = await desk.compare(viewer, side(one!, form), side(other!, form));
      expect(compared.before.text.length).toBeGreaterThan(500);
      const told = JSON.stringify(compared);
      for (const text of TEXTS) expect([text, told.includes(text)]).toEqual([text, false]);
      expect(told).not.toMatch(/[А-Яа-яӘәҒғҚқҢңӨөҰұҮүҺһІі]{3,}/);
    }
    expect(records).toEqual([]);
  });

  it('show codes and numbers in both, and where the documents differ', async () => {
    const { desk } = deskOf({ m1: manifest, m2: changed });
    const { before, differences } = await desk.compare(viewer, side('m1', 'document'), side('m2', 'document'));
    expect(before.text).toContain('<MessageType>MT1101</MessageType>');
    expect(before.text).toContain('<ID>LBG26030001</ID>');
    expect(before.text).toContain(`<Name>${MASK}</Name>`);
    expect(differences).toMatchObject([{ kind: 'changed', before: { value: MASK }, after: { value: MASK } }]);
    expect(differences[0]?.path).toMatch(/^\/Manifest\/.*Name$/);
  });

  it('say what the rules converted between a document and what it means', async () => {
    const { desk, records } = deskOf({ m1: manifest });
    const { differences, before, after } = await desk.compare(approver, side('m1', 'document'), side('m1', 'canonical'));
    expect(before.text).toContain('LANDBRIDGE EXAMPLE');
    expect(JSON.parse(after.text)).toMatchObject({ type: 'Manifest' });
    expect(differences.length).toBeGreaterThan(0);
    for (const { before: document, after: said } of differences) expect(document?.value).not.toBe(said?.value);
    // One look at one message is one line of the trail.
    expect(records).toMatchObject([{ action: 'payload.view', subject: 'in:LSW/m1' }]);
  });

  it('show what was signed and answered to everybody, and say that these have no places in common', async () => {
    const { desk } = deskOf({ m1: manifest });
    const { before, after, unrelated } = await desk.compare(viewer, side('m1', 'signed'), side('m1', 'answers'));
    expect(JSON.parse(before.text)).toMatchObject({ messageId: '019cebaf-8000-7c3e-9d42-5b1f0a6e7b01' });
    expect(JSON.parse(after.text)).toMatchObject([{ level: 'R2' }]);
    expect(unrelated).toBe(true);
  });

  it('are shown whole for a reason, which is on record for both messages', async () => {
    const { desk, records } = deskOf({ m1: manifest, m2: changed });
    const { masked, after } = await desk.compare(operator, side('m1', 'document'), side('m2', 'document'), 'Хоргос сұрады');
    expect([masked, after.text.includes('ӨЗГЕРГЕН')]).toEqual([false, true]);
    expect(records.map(({ action, subject, reason }) => [action, subject, reason])).toEqual([
      ['payload.reveal', 'in:LSW/m1', 'Хоргос сұрады'],
      ['payload.reveal', 'in:LSW/m2', 'Хоргос сұрады'],
    ]);
  });
});

it('knows of nothing outside the scope, of what is too large to be read here, and of what nobody can read', async () => {
  const { desk } = deskOf({ big: Buffer.alloc(ASIDE_BYTES, 0x20), junk: Buffer.from('集装箱 TGHU7654321') });
  await expect(desk.content(approver, { messageId: 'other' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(desk.content(approver, { messageId: 'big' })).resolves.toMatchObject({ state: 'large', fields: [] });
  const junk = await desk.content(viewer, { messageId: 'junk' });
  expect(junk).toMatchObject({ state: 'masked', fields: [], issues: [{ code: 'FORMAT_UNKNOWN' }] });
  await expect(desk.content(approver, { messageId: 'junk' })).resolves.toMatchObject({ state: 'whole', text: '集装箱 TGHU7654321' });
});
