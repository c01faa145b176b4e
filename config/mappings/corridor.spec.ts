/** The corridor's own documents on whole documents: both forms of each say the same, and what is wrong is found at its place. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { MESSAGE_TYPES, type CanonicalMessage, type MessageType } from '#model';
import { createTranslator, type DecodedMessage } from '#formats';
import { loadMappings } from '../../libs/formats/src/mapping/load.ts';
import { bare, membersOf } from '../../libs/formats/src/mapping/paths.ts';
import { uncovered } from '../../libs/formats/src/mapping/uncovered.ts';
import { installationFolder, readTranslationFiles } from '../files.ts';

const all = readTranslationFiles();
const family = { ...all, mappings: all.mappings.filter(({ path }) => /^(corridor|cn-manifest)\//.test(path)), edifact: [] };
const translator = createTranslator(family);
const { mappings } = loadMappings(family);
const folder = join(installationFolder(), 'test', 'fixtures', 'formats');
const fixture = (name: string) => readFileSync(join(folder, `${name}.xml`)).toString();

const TYPES = mappings.filter(({ ref }) => ref.id.startsWith('corridor/')).map(({ type }) => type as MessageType);
const OWN = TYPES.filter((type) => type !== 'ContainerPackingList');

const one = (document: string | Buffer): DecodedMessage => {
  const { messages, issues } = translator.decode(Buffer.from(document as string));
  expect(issues).toEqual([]);
  return messages[0] as DecodedMessage;
};
const written = (message: CanonicalMessage, mapping: string) => {
  const { bytes, issues } = translator.encode(message, { mapping, parameters: {} });
  expect(issues).toEqual([]);
  return bytes;
};
const named = ({ code, pointer }: { code: string; pointer: string }) => `${code} ${pointer}`;
const found = (document: string) => {
  const { messages, issues } = translator.decode(Buffer.from(document));
  return [...issues, ...messages.flatMap((message) => message.issues)].map(named);
};
/** Content findings, where they stand in the document. */
const checked = (document: string) => {
  const { message, locate } = one(document);
  return translator.check(message).map(({ code, pointer }) => `${code} ${locate(pointer)}`);
};
const without = (document: string, element: string) => document.replace(new RegExp(`<${element}>[\\s\\S]*?</${element}>`), '');
const body = (document: string) => document.slice(document.indexOf('?>') + 2).replace(/>\s+</g, '><').trim();

it('has the documents of the corridor', () =>
  expect(TYPES.sort()).toEqual([
    'ContainerPackingList',
    'CustomsEnvelope',
    'CustomsEnvelopeCloseOut',
    'CustomsEnvelopeReceipt',
    'DeliveryOrder',
    'EquipmentInterchangeReceipt',
    'ExaminationOrder',
    'ExaminationReport',
    'FeeSchedule',
    'JointBoardingPlan',
    'JointBoardingPlanResponse',
    'JointBoardingResult',
    'MilestoneEvent',
    'ReferenceData',
    'YardEntryTally',
  ]));

describe.each(TYPES)('%s', (type) => {
  const mapping = `corridor/${type}`;
  it('is detected and read without a finding', () => {
    const document = fixture(mapping);
    expect(translator.detect(Buffer.from(document))).toMatchObject({ issues: [], detection: { mapping, type } });
    const decoded = one(document);
    expect(decoded).toMatchObject({ canonicalType: type, issues: [] });
    expect(translator.check(decoded.message)).toEqual([]);
  });
  it('says the same in XML and in JSON', () => {
    const document = fixture(mapping);
    const { message } = one(document);
    const json = written(message, 'canonical/json');
    expect(one(json).message).toEqual(message);
    expect(body(written(one(json).message, mapping).toString())).toBe(body(document));
  });
  it('is marked as ours, and titled in four languages', () => {
    const { status, title } = translator.mappings.find(({ id }) => id === mapping) ?? {};
    expect(status).toBe('provisional');
    expect(Object.keys(title ?? {}).sort()).toEqual(['en', 'kk', 'ru', 'zh']);
  });
  it('is known without its namespace, and refused under that of another', () => {
    const bareRoot = fixture(mapping).replace(/ xmlns="[^"]*"/, '');
    expect(one(bareRoot)).toMatchObject({ mapping: { id: mapping }, issues: [] });
    const other = TYPES.find((candidate) => candidate !== type) ?? '';
    expect(found(fixture(mapping).replace(`:${type}:1"`, `:${other}:1"`))).toEqual(['NAMESPACE_WRONG /CorridorMessage']);
  });
});

/** A message with every member of its schema. */
function filled(schema: z.core.$ZodType): unknown {
  const inner = bare(schema);
  const { element } = inner as unknown as { element?: z.core.$ZodType };
  if (element) return [filled(element)];
  const members = membersOf(inner);
  return members ? Object.fromEntries(Object.entries(members).map(([key, member]) => [key, filled(member)])) : 'X';
}

const homeless = (type: MessageType) => {
  const mapping = mappings.find(({ ref }) => ref.id === `corridor/${type}`);
  return mapping && uncovered(mapping, filled(MESSAGE_TYPES[type]) as Record<string, unknown>).map(named);
};

it.each(OWN)('%s has a place in XML for all that JSON can say', (type) => expect(homeless(type)).toEqual([]));

it('says what of the packing list of customs has no place', () =>
  expect(homeless('ContainerPackingList')).toContain('FIELD_UNMAPPED /usedTransportEquipment/0/supplierPartyTypeCode'));

describe('a packing list', () => {
  it('of customs is written as the corridor has it', () => {
    const { message } = one(fixture('cn-manifest/MT7101-2'));
    const { bytes, issues } = translator.encode(message, { mapping: 'corridor/ContainerPackingList', parameters: {} });
    expect([...new Set(issues.map(({ code }) => code))]).toEqual(['FIELD_UNMAPPED']);
    const { usedTransportEquipment } = one(bytes).message as Extract<CanonicalMessage, { type: 'ContainerPackingList' }>;
    expect(usedTransportEquipment?.map(({ id, packingListId }) => [id, packingListId])).toEqual(
      (message as Extract<CanonicalMessage, { type: 'ContainerPackingList' }>).usedTransportEquipment?.map(({ id, packingListId }) => [id, packingListId]),
    );
  });
});

describe('a customs envelope', () => {
  const envelope = fixture('corridor/CustomsEnvelope');
  const at = '/CorridorMessage/CustomsEnvelope';
  it('names documents by SHA-256 in one form only', () => {
    const loud = envelope.replace('9f86d081', '9F86D081');
    expect(found(loud)).toEqual([`VALUE_INVALID ${at}/AttachedDocument[1]/SHA256`]);
    const json = written(one(envelope).message, 'canonical/json').toString().replace('9f86d081', '9F86D081');
    expect(found(json)).toEqual(['VALUE_INVALID /attachedDocument/0/sha256']);
  });
  it('says until when it is valid', () => expect(found(without(envelope, 'EndDateTime'))).toEqual([`FIELD_MISSING ${at}/ValidityPeriod/EndDateTime`]));
  it('lists the seals it counts', () =>
    expect(checked(envelope.replace('<SealQuantity>2</SealQuantity>', '<SealQuantity>3</SealQuantity>'))).toEqual([
      `FIELDS_CONTRADICT ${at}/TransportEquipment[2]/SealQuantity`,
      `COUNT_MISMATCH ${at}/SealQuantity`,
    ]));
  it('is named by its receipt and its close-out', () => {
    for (const type of ['CustomsEnvelopeReceipt', 'CustomsEnvelopeCloseOut']) {
      expect(found(without(fixture(`corridor/${type}`), 'EnvelopeID'))).toEqual([`FIELD_MISSING /CorridorMessage/${type}/EnvelopeID`]);
      const json = JSON.parse(written(one(fixture(`corridor/${type}`)).message, 'canonical/json').toString()) as Record<string, unknown>;
      expect(found(JSON.stringify({ ...json, envelopeId: undefined }))).toEqual(['FIELD_MISSING /envelopeId']);
      expect(found(JSON.stringify({ ...json, envelopeId: '' }))).toEqual(['VALUE_INVALID /envelopeId']);
    }
  });
});

it('finds a step of an examination that cannot follow where it stands', () => {
  const report = fixture('corridor/ExaminationReport').replace('>started<', '>moved<');
  expect(checked(report)).toEqual(['STEP_OUT_OF_ORDER /CorridorMessage/ExaminationReport/Event[4]/StepCode']);
});

it('finds a Cyrillic letter in a container number', () => {
  const receipt = fixture('corridor/EquipmentInterchangeReceipt').replace('LBGU1000018', 'LВGU1000018');
  expect(checked(receipt)).toEqual(['LOOKALIKE /CorridorMessage/EquipmentInterchangeReceipt/TransportEquipment[1]/ID']);
});
