import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTranslator } from '#formats';
import { MESSAGE_TYPES, type CanonicalOf } from '#model';
import { readTranslationFiles } from '../../files.ts';

const translator = createTranslator(readTranslationFiles(process.cwd()), { lazily: true });
const text = readFileSync(join('test', 'fixtures', 'formats', 'kz-rail', 'train-list-02.txt'), 'utf8');
const decode = (phrase: string) => {
  const { messages, issues } = translator.decode(Buffer.from(phrase));
  return {
    consist: messages[0]?.message as CanonicalOf<'TrainConsist'>,
    found: [...issues, ...(messages[0]?.issues ?? [])].map(({ code, pointer }) => `${code} ${pointer}`),
  };
};
const encode = (consist: CanonicalOf<'TrainConsist'>) => translator.encode(consist, { mapping: 'kz-rail/train-list-02', parameters: {} });

describe('train list, message 02', () => {
  const { consist, found } = decode(text);

  it('is read whole and fits the model', () => {
    expect(found).toEqual([]);
    expect(MESSAGE_TYPES.TrainConsist.safeParse(consist).error).toBeUndefined();
    expect(consist).toMatchObject({
      header: { messageId: 'TGNL-7077-087-7000---03-14T15:40' },
      mainCarriageTransportMovement: { id: '1402', trainIndex: '7077-087-7000' },
      listingMoment: '--03-14T15:40',
      totalGrossWeight: { value: '2279', unitCode: 'TNE' },
      consignmentNote: [],
      wagon: [
        { id: '94237120', cargoTariffCode: { value: '00300', listId: 'ETSNG' }, loadedContainerQuantity: '02', sealQuantity: '2' },
        { id: '62439641', exitStationCode: { value: '70410' }, tareWeight: { value: '024', unitCode: 'TNE' } },
      ],
    });
  });
  it('is written as it was', () => {
    const { bytes, issues } = encode(consist);
    expect(issues).toEqual([]);
    expect(bytes.toString().split(/\s+/)).toEqual(text.split(/\s+/));
  });
  it('says where a field is wrong, missing or one too many', () => {
    expect(decode(text.replace('14 03 15 40', '32 03 15 40')).found).toEqual(['VALUE_INVALID /M02/HEAD/6.1-4']);
    expect(decode(text.replace('02 62439641', '02 6243964')).found).toEqual([]);
    expect(decode(text.replace('02 62439641', '02 624')).found).toEqual(['VALUE_INVALID /M02/WAGON[2]/2']);
    expect(decode(text.replace(' 0 0 :)', ' 0 :)')).found).toEqual(['FIELD_MISSING /M02/WAGON[2]/17']);
    expect(decode(text.replace(' 0 0 :)', ' 0 0 X :)')).found).toEqual(['FIELD_UNMAPPED /M02/WAGON[2]/18.1']);
  });
  it('has no place for notes, and says so', () => {
    const note = { transportContractDocument: { id: '70112233' } };
    expect(encode({ ...consist, consignmentNote: [note] }).issues.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual(['FIELD_UNMAPPED /consignmentNote']);
  });
});
