import { MODEL_VERSION, type CanonicalOf } from '#model';

type Note = CanonicalOf<'RailConsignmentNote'>;

const code = (value: string, listId: string) => ({ value, listId });

/**
 * A small SMGS consignment note as canonical JSON. The note number is the business key; each revision replaces the one
 * before (function 5) and weighs a kilogram more, so no two revisions have the same bytes.
 */
export function noteDocument(key: string, revision: number, serial: number, now: Date): Buffer {
  const gross = { value: String(12_000 + revision), unitCode: 'KGM' };
  const note: Note = {
    model: MODEL_VERSION,
    type: 'RailConsignmentNote',
    header: {
      messageId: `CH${String(serial).padStart(8, '0')}`,
      typeCode: code('IFTMIN', 'UN-0065'),
      functionCode: code(revision === 1 ? '9' : '5', 'UN-1225'),
      senderId: 'LBGTEST',
      recipientId: 'DSATEST',
      issueDateTime: `${now.toISOString().slice(0, 16)}Z`,
    },
    transportContractDocument: { id: key, typeCode: code('722', 'UN-1001') },
    consignor: { name: 'SYNTHETIC SHIPPER CO., LTD', postalAddress: { cityName: 'LIANYUNGANG', countryCode: code('CN', 'ISO-3166-1') } },
    consignee: { name: 'ТОО «СИНТЕТИКА»', postalAddress: { cityName: 'АЛМАТЫ', countryCode: code('KZ', 'ISO-3166-1') } },
    includedConsignmentItem: [
      {
        sequenceNumber: '1',
        natureIdentificationCargo: [{ identificationText: 'ПЛИТКА КЕРАМИЧЕСКАЯ' }],
        transportPackage: { itemQuantity: '40', typeText: 'ЯЩИКИ' },
        grossWeight: gross,
        harmonizedNomenclatureCode: code('69072190', 'GNG'),
      },
    ],
    grossWeight: gross,
    numberOfPackages: '40',
  };
  return Buffer.from(JSON.stringify(note));
}
