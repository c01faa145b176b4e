/** The note between its XML form (RailwayBill) and its EDIFACT form (IFTMIN), there and back. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTranslator, project } from '#formats';
import { MESSAGE_TYPES, type CanonicalOf } from '#model';
import { readTranslationFiles } from '../../files.ts';

type Note = CanonicalOf<'RailConsignmentNote'>;

const translator = createTranslator(readTranslationFiles(process.cwd()), { lazily: true });
const bytes = readFileSync(join('test', 'fixtures', 'formats', 'eaeu', 'railway-bill.xml'));
const note = translator.decode(bytes).messages[0]?.message as Note;
const parameters = { SenderId: 'CUSTOMS', ReceiverId: 'KEGALTYNKOL' };
const write = (message: Note, mapping = 'osjd-smgs/IFTMIN') => {
  const { bytes: written, issues } = translator.encode(message, { mapping, charset: 'utf-8', parameters });
  return { written, found: issues.map(({ code, pointer }) => `${code} ${pointer}`), errors: issues.filter(({ severity }) => severity === 'error') };
};

const iftmin = (message: Note) => project('iftminNote', message)[0] as Note;

it('is written as IFTMIN without an error, and reads the same again', () => {
  const projected = iftmin(note);
  expect(MESSAGE_TYPES.RailConsignmentNote.safeParse(projected).error).toBeUndefined();
  const { written, errors, found } = write(projected);
  expect(errors).toEqual([]);
  // What the EDIFACT form has no place for is said, each kind once.
  expect(found).toContain('FIELD_UNMAPPED /railwayCharge');
  const [read] = translator.decode(written, { charsets: ['utf-8'] }).messages;
  expect(read?.issues.filter(({ severity }) => severity === 'error')).toEqual([]);
  const again = read?.message as Note;
  expect(again.header).toMatchObject({ messageId: expect.stringMatching(/^N[0-9A-F]{13}$/) as string });
  expect(new Date(again.carrierAcceptanceDateTime ?? '')).toEqual(new Date(note.carrierAcceptanceDateTime ?? ''));
  for (const member of ['consignorDeclaration', 'borderCrossingLocation', 'carrierSection', 'numberOfPackages', 'grossWeight'] as const)
    expect(again[member]).toEqual(projected[member]);
  expect(again.usedTransportEquipment).toEqual(expect.arrayContaining([expect.objectContaining({ id: 'TEST0000003', carryingWagonId: '94237120' })]));
  expect(again.consignor?.definedContactDetails?.communication).toEqual(note.consignor?.communication);
});

it('goes back to its XML form', () => {
  const { written } = write(iftmin(note));
  const again = translator.decode(written, { charsets: ['utf-8'] }).messages[0]?.message as Note;
  const [form] = project('railwayBill', again) as [Note];
  const back = write(form, 'eaeu/RailwayBill');
  expect(back.errors).toEqual([]);
  const read = translator.decode(back.written).messages[0]?.message as Note;
  for (const member of ['carrierSection', 'grossWeight', 'numberOfPackages'] as const)
    expect(read[member]).toEqual(form[member]);
  expect(read.departureLocation).toMatchObject({ name: 'ЛЯНЬЮНЬГАН', railwayCode: { value: 'КЖД' } });
});
