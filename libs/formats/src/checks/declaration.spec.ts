import fc from 'fast-check';
import type { CanonicalMessage, CanonicalOf } from '#model';
import { checkFiles, checkMessage } from './index.ts';

type Declaration = CanonicalOf<'GoodsDeclaration'>;
const code = (value: string, listId: string) => ({ value, listId });
const declaration = (over: Partial<Declaration>, oper = 'C'): CanonicalMessage => ({
  model: 'landbridge/1',
  type: 'GoodsDeclaration',
  header: { messageId: '1', functionCode: code(oper, 'CN-DecOperType') },
  ...over,
});
const found = (message: CanonicalMessage) => checkMessage(message).map((finding) => `${finding.code} ${finding.pointer}`);
const goods = (...governmentAgencyGoodsItem: NonNullable<NonNullable<Declaration['goodsShipment']>['governmentAgencyGoodsItem']>) => ({
  goodsShipment: { governmentAgencyGoodsItem },
});
const LINE = '/goodsShipment/governmentAgencyGoodsItem/0';
const one = goods({ sequenceNumber: '1' });

describe('goods lines', () => {
  it('have numbers of their own', () =>
    expect(found(declaration(goods({ sequenceNumber: '1' }, { sequenceNumber: '1' })))).toEqual([
      'DUPLICATE_KEY /goodsShipment/governmentAgencyGoodsItem/1/sequenceNumber',
    ]));
  it.each([
    [{ unitCode: code('KGM', 'UN-Rec20') }, [`FIELD_MISSING ${LINE}/secondStatutoryQuantity/value`]],
    [{ value: '5' }, [`FIELD_MISSING ${LINE}/secondStatutoryQuantity/unitCode`]],
    [{ value: '5', unitCode: code('KGM', 'UN-Rec20') }, []],
    [undefined, []],
  ])('have a second quantity and its unit together: %j', (secondStatutoryQuantity, expected) =>
    expect(found(declaration(goods({ ...(secondStatutoryQuantity && { secondStatutoryQuantity }) })))).toEqual(expected),
  );
  it('hold licences of their own', () =>
    expect(
      found(declaration(goods({ sequenceNumber: '1', additionalDocument: [{ itemSequenceNumber: '1' }, { itemSequenceNumber: '2' }] }))),
    ).toEqual([`FIELDS_CONTRADICT ${LINE}/additionalDocument/1/itemSequenceNumber`]));
  it('are there when something names them', () =>
    expect(
      found(
        declaration({
          goodsShipment: {
            ...one.goodsShipment,
            consignment: { usedTransportEquipment: [{ id: 'LBGU1000018', loadedItemSequenceNumber: ['1', '2'] }] },
          },
          certificateRelation: [{ itemSequenceNumber: '1' }, { itemSequenceNumber: '3' }],
          supplement: [{ itemSequenceNumber: '4' }],
          attachedFile: [{ itemSequenceNumber: ['1', '5'] }],
          domesticTransit: {
            usedTransportEquipment: [{ id: 'LBGU1000018' }],
            loadedItem: [{ itemSequenceNumber: '6', equipmentId: 'LBGU1000018' }],
          },
        }),
      ),
    ).toEqual([
      'LINK_UNDECLARED /goodsShipment/consignment/usedTransportEquipment/0/loadedItemSequenceNumber/1',
      'LINK_UNDECLARED /certificateRelation/1/itemSequenceNumber',
      'LINK_UNDECLARED /supplement/0/itemSequenceNumber',
      'LINK_UNDECLARED /attachedFile/0/itemSequenceNumber/1',
      'LINK_UNDECLARED /domesticTransit/loadedItem/0/itemSequenceNumber',
    ]));
});

it('weighs no more net than gross, however the numbers are written', () => {
  const kg = (hundredths: number) => ({
    value: `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`,
    unitCode: 'KGM',
  });
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.nat(1_000_000), (gross, net) => {
      const message = declaration({ totalGrossMassMeasure: kg(gross), totalNetMassMeasure: kg(net) });
      expect(found(message)).toEqual(net > gross ? ['FIELDS_CONTRADICT /totalNetMassMeasure'] : []);
    }),
  );
});

describe('domestic transit', () => {
  const relation = (value: string) => ({ transitRelationCode: code(value, 'CN-DeclTrnRel') });
  const by = (mode: string) => ({
    goodsShipment: { consignment: { mainCarriageTransportMovement: { modeCode: code(mode, 'UN-Rec19') } } },
  });
  it.each([
    ['announced and missing', declaration(relation('1')), ['FIELD_MISSING /domesticTransit']],
    ['to be declared and missing', declaration(relation('0'), 'D'), ['FIELD_MISSING /domesticTransit']],
    ['there and not announced', declaration({ ...relation('0'), domesticTransit: {} }), ['FIELDS_CONTRADICT /transitRelationCode']],
    ['announced and there', declaration({ ...relation('1'), domesticTransit: {} }, 'D'), []],
    [
      'of a China–Europe train by sea',
      declaration({ ...by('1'), domesticTransit: { typeCode: code('1E', 'CN-TransitType') } }),
      ['FIELDS_CONTRADICT /domesticTransit/typeCode'],
    ],
    ['of a China–Europe train by rail', declaration({ ...by('2'), domesticTransit: { typeCode: code('1E', 'CN-TransitType') } }), []],
    [
      'with goods in a container it does not have',
      declaration({ domesticTransit: { usedTransportEquipment: [{ id: 'A' }], loadedItem: [{ equipmentId: 'A' }, { equipmentId: 'B' }] } }),
      ['LINK_UNDECLARED /domesticTransit/loadedItem/1/equipmentId'],
    ],
  ])('%s', (_name, message, expected) => expect(found(message)).toEqual(expected));
});

describe('attached files', () => {
  const file = { name: 'invoice.pdf', sizeInBytes: 1200, sha256: 'AB'.repeat(32) };
  const check = (...attachedFile: NonNullable<Declaration['attachedFile']>) =>
    checkFiles({ attachedFile }, [file]).map((finding) => `${finding.code} ${finding.pointer}`);
  it.each([
    ['under its file name', { fileName: 'invoice.pdf', sizeInBytes: '1200', sha256: 'ab'.repeat(32) }, []],
    ['under its document number', { id: 'invoice.pdf' }, []],
    ['inside the message', { fileName: 'other.pdf', content: 'QQ==' }, []],
    ['that did not come', { fileName: 'other.pdf' }, ['ATTACHMENT_MISSING /attachedFile/0/fileName']],
    ['without any name', {}, ['ATTACHMENT_MISSING /attachedFile/0/id']],
    ['of another size', { fileName: 'invoice.pdf', sizeInBytes: '1201' }, ['ATTACHMENT_MISMATCH /attachedFile/0/sizeInBytes']],
    ['of another digest', { fileName: 'invoice.pdf', sha256: 'ac'.repeat(32) }, ['ATTACHMENT_MISMATCH /attachedFile/0/sha256']],
  ])('%s', (_name, named, expected) => expect(check(named)).toEqual(expected));
});
