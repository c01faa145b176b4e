/** The wider manifest family on whole documents: sea, air, road, rail, and what lies between notes and bills. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTranslator, project, type DecodedMessage } from '#formats';
import type { CanonicalOf } from '#model';
import { installationFolder, readTranslationFiles } from '../files.ts';

const all = readTranslationFiles();
const family = all.mappings.filter(({ path }) => /^cn-(manifest|road|rail)\//.test(path));
const translator = createTranslator({ ...all, mappings: family, edifact: [] });
const folder = join(installationFolder(), 'test', 'fixtures', 'formats');
const fixture = (name: string) => readFileSync(join(folder, name)).toString();

const one = (document: string | Buffer): DecodedMessage => {
  const { messages, issues } = translator.decode(Buffer.from(document as string));
  expect(issues).toEqual([]);
  return messages[0] as DecodedMessage;
};
const found = (document: string) => {
  const { messages, issues } = translator.decode(Buffer.from(document));
  return [...issues, ...messages.flatMap((message) => message.issues)].map(({ code, pointer }) => `${code} ${pointer}`);
};
const written = (message: DecodedMessage['message'], mapping: string) => {
  const encoded = translator.encode(message, { mapping, parameters: {} });
  expect(encoded.issues).toEqual([]);
  return encoded.bytes;
};

const documents = ['cn-manifest', 'cn-road', 'cn-rail'].flatMap((name) =>
  readdirSync(join(folder, name)).flatMap((file): [string, string][] => {
    const [type = ''] = file.replace('.xml', '').split('-');
    return [[`${name}/${file}`, `${name}/${type}`]];
  }),
);

describe.each(documents)('%s', (file, mapping) => {
  it('is read without a finding, as its type, and written back to the same message', () => {
    const message = one(fixture(file));
    expect(message).toMatchObject({ mapping: { id: mapping }, issues: [] });
    expect(translator.check(message.message)).toEqual([]);
    expect(one(written(message.message, mapping)).message).toEqual(message.message);
  });
});

it('has a document for every kind of message it translates', () => {
  const kinds = new Set(documents.map(([file]) => one(fixture(file)).canonicalType));
  const spoken = new Set(translator.mappings.flatMap(({ canonicalType }) => canonicalType ?? []));
  expect([...spoken].filter((kind) => !kinds.has(kind))).toEqual([]);
});

it('never hides an error behind warnings', () => {
  const container = /<TransportEquipment>[\s\S]*?<\/TransportEquipment>/.exec(fixture('cn-manifest/MT5101-2.xml'))?.[0] ?? '';
  const unknown = container.replace(/<FullnessCode>./, '<FullnessCode>9');
  const document = fixture('cn-manifest/MT5101-2.xml').replace(container, unknown.repeat(1_001));
  const issues = found(document.replace('</Declaration>', '<AdditionalInformation><Content>2</Content></AdditionalInformation></Declaration>'));
  expect(issues.filter((text) => text.startsWith('CODE_UNKNOWN'))).toHaveLength(1_000);
  expect(issues.at(-1)).toBe('FIELD_REPEATED /Manifest/Declaration/AdditionalInformation[2]');
});

describe('the receipt of a transhipment permit', () => {
  const receipt = fixture('cn-manifest/TransferCheckResponse.xml');
  it('says of each pair of bills what became of it', () => {
    const pair = /<Response>[\s\S]*<\/Response>/.exec(receipt)?.[0] ?? '';
    const { message } = one(receipt.replace(pair, pair + pair.replace('<Code>11', '<Code>03'))) as { message: CanonicalOf<'TranshipmentPermitResponse'> } & DecodedMessage;
    expect(
      message.relation?.map(({ importLeg, exportLeg, status }) => [
        importLeg?.consignment?.transportContractDocument?.id,
        exportLeg?.consignment?.transportContractDocument?.id,
        status?.code.value,
      ]),
    ).toEqual([
      ['LBG26030001', 'LBG26030002', '11'],
      ['LBG26030001', 'LBG26030002', '03'],
    ]);
  });
  it('is another than the general receipt, which may answer a permit too', () => {
    const general = fixture('cn-manifest/Response-schema.xml').replace(/<MessageType>.*?</, '<MessageType>MT8105<');
    expect(one(general).mapping.id).toBe('cn-manifest/Response');
  });
});

describe('road documents', () => {
  const manifest = fixture('cn-road/MT1401-9.xml');
  it('name their units, and no others', () => {
    expect(found(manifest.replace('unitCode="KGM"', 'unitCode="LBR"'))).toEqual([
      'VALUE_INVALID /Manifest/Declaration/Consignment/ConsignmentItem/GoodsMeasure/GrossMassMeasure/@unitCode',
    ]);
    const { message } = one(manifest) as { message: CanonicalOf<'Manifest'> } & DecodedMessage;
    expect(message.consignment?.[0]).toMatchObject({ packageTypeCode: { value: 'CT' }, declaredValueForCarriageAmount: { currencyId: 'USD' } });
    const tonnes = { ...message, consignment: message.consignment?.map((bill) => ({ ...bill, grossWeight: { value: '9.5005', unitCode: 'TNE' } })) };
    expect(written(tonnes, 'cn-road/MT1401').toString()).toContain('<GrossMassMeasure unitCode="KGM">9500.5</GrossMassMeasure>');
  });
  it('tell trailers from containers', () => {
    const { message } = one(fixture('cn-road/MT4406-2.xml')) as { message: CanonicalOf<'ConveyanceReport'> } & DecodedMessage;
    expect(message.usedTransportEquipment?.map(({ id, categoryCode }) => [id, categoryCode?.value])).toEqual([
      ['LBG0001T', 'TE'],
      ['LBGU1000018', 'CN'],
    ]);
    expect(message.mainCarriageTransportMovement?.modeCode).toEqual({ value: '3', listId: 'UN-Rec19' });
  });
});

describe('a train', () => {
  const { message: train } = one(fixture('canonical/TrainConsist.json')) as { message: CanonicalOf<'TrainConsist'> } & DecodedMessage;
  it('comes back as its notes from the manifest the customs saw', () => {
    const [manifest] = project('railManifest', train) as CanonicalOf<'Manifest'>[];
    expect(manifest?.consignment?.some(({ mergedConsignmentNote }) => (mergedConsignmentNote?.length ?? 0) > 1)).toBe(true);
    const { message } = one(written(manifest as CanonicalOf<'Manifest'>, 'cn-rail/MT1301'));
    const notes = project('notesOfBills', message) as CanonicalOf<'RailConsignmentNote'>[];
    const summary = (list: readonly CanonicalOf<'RailConsignmentNote'>[]) =>
      list
        .map(({ transportContractDocument, numberOfPackages, grossWeight, includedConsignmentItem }) => [
          transportContractDocument.id,
          numberOfPackages,
          grossWeight?.value,
          includedConsignmentItem?.map((item) => item.natureIdentificationCargo?.[0]?.identificationText),
        ])
        .sort();
    expect(summary(notes)).toEqual(summary(project('consignmentNotes', train) as CanonicalOf<'RailConsignmentNote'>[]));
  });
  it('reports its departure', () => {
    const movement = { ...train.mainCarriageTransportMovement, departureEvent: { actualOccurrenceDateTime: '2026-03-14T10:05+08:00' } };
    const [report] = project('trainDeparture', { ...train, mainCarriageTransportMovement: movement });
    const { message } = one(written(report as CanonicalOf<'ConveyanceReport'>, 'cn-rail/TrainReport')) as { message: CanonicalOf<'ConveyanceReport'> } & DecodedMessage;
    expect([message.reportCode?.value, message.usedTransportEquipment?.[0]?.id]).toEqual(['departure', train.wagon[0]?.id]);
  });
});
