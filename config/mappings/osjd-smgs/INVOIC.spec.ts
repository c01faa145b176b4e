import { createTranslator } from '#formats';
import { readTranslationFiles } from '../../files.ts';

const translator = createTranslator(readTranslationFiles(), { lazily: true });

/** Synthetic: two lines, the second in Kazakh, priced in yuan. */
const INVOICE = [
  "UNB+UNOA:1+LBGHOST+KZHHOST+260314:0930+INV0001'",
  "UNH+INV0001+INVOIC:D:97A:UN:OSJD'",
  "BGM+380+SYN-2026-77+9'",
  "DTM+137:202603140930:203'",
  "RFF+AAS:31046586'",
  "RFF+CT:SYN-K-5'",
  "DTM+171:20260110:102'",
  "NAD+SE+++SYNTHETIC SELLER+1 SYNTHETIC ROAD+LIANYUNGANG++222000+CN'",
  "NAD+BY+++ЖШС «ҮЛГІ САТЫП АЛУШЫ»++АЛМАТЫ+++KZ'",
  "CUX+2:CNY'",
  "TOD+5++DAP'",
  "LOC+1+:::ALTYNKOL'",
  "LIN+1'",
  "PIA+5+8418102001:HS'",
  "IMD+F++:::REFRIGERATOR'",
  "MEA+WT+AAB+KGM:9500.5'",
  "QTY+47:120:PCE'",
  "MOA+203:144000.00:CNY'",
  "PRI+AAA:1200'",
  "LIN+2'",
  "IMD+F++:::ТҰРМЫСТЫҚ ТОҢАЗЫТҚЫШ ҚОСАЛҚЫ БӨЛШЕК:ТЕРІ'",
  "MOA+203:600.00:CNY'",
  "UNS+S'",
  "MOA+79:144600.00:CNY'",
  "MOA+77:144600.00:CNY'",
  "UNT+25+INV0001'",
  "UNZ+1+INV0001'",
].join('\r\n');

const read = (text: string) => translator.decode(Buffer.from(text));

describe('the commercial invoice of a rail consignment', () => {
  it('is read with its lines, parties, terms and sums', () => {
    const { messages, issues } = read(INVOICE);
    expect([issues, messages[0]?.issues]).toEqual([[], []]);
    expect(messages[0]?.message).toMatchObject({
      type: 'CommercialInvoice',
      id: 'SYN-2026-77',
      transportContractDocument: { id: '31046586' },
      contractDocument: { id: 'SYN-K-5', formattedIssueDateTime: '2026-01-10' },
      buyer: { name: 'ЖШС «ҮЛГІ САТЫП АЛУШЫ»', postalAddress: { cityName: 'АЛМАТЫ' } },
      invoiceCurrencyCode: { value: 'CNY', listId: 'ISO-4217' },
      deliveryTermsCode: { value: 'DAP' },
      deliveryTermsLocation: { name: 'ALTYNKOL' },
      includedLineItem: [
        { sequenceNumber: '1', grossWeight: { value: '9500.5', unitCode: 'KGM' }, netPrice: '1200', lineTotalAmount: { value: '144000.00' } },
        { sequenceNumber: '2', productDescription: 'ТҰРМЫСТЫҚ ТОҢАЗЫТҚЫШ ҚОСАЛҚЫ БӨЛШЕКТЕРІ' },
      ],
      grandTotalAmount: { value: '144600.00', currencyId: 'CNY' },
    });
  });

  it('is written so that it reads the same', () => {
    const message = read(INVOICE).messages[0]!.message;
    const { bytes, issues } = translator.encode(message, { mapping: 'osjd-smgs/INVOIC', parameters: {} });
    expect(issues).toEqual([]);
    expect(translator.decode(bytes).messages[0]?.message).toEqual(message);
  });

  it('says what is missing and where', () => {
    const { messages } = read(INVOICE.replace("MOA+77:144600.00:CNY'\r\n", '').replace('UNT+25', 'UNT+24'));
    expect(messages[0]?.issues.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual(['FIELD_MISSING']);
  });
});
