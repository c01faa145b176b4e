/** Receipts, both ways: those the endpoint issues about our messages, and what it makes of wrong ones of ours about its messages. */
import { derivedMessageId, generateKey, LocalSigner, sealReceipt, signJws, TYPES, type Part, type Receipt, type Signer } from '#trust';
import type { Bench } from '../bench.ts';
import { text, type ConformanceCase, type Text } from '../case.ts';
import { document } from '../bench.ts';
import { craft } from '../craft.ts';
import { checkReceipts, payloadOf } from '../receipt-checks.ts';
import { STORIES } from './stories.ts';

const bytes = (size: number, fill: number): Buffer => Buffer.alloc(size, fill);
const files = (count: number, content: (index: number) => Buffer): Part[] =>
  Array.from({ length: count }, (_, i) => ({ name: `file-${i}`, mediaType: 'application/octet-stream', bytes: content(i) }));

const SHAPES: readonly (readonly [what: Text, attached: () => readonly Part[], short?: boolean])[] = [
  [text('one document', '一份文档', 'один документ', 'бір құжат'), () => [], true],
  [
    text(
      'two parts of the same octets: pairs are told apart by name',
      '两个内容相同的部分：按名称区分',
      'две части с одними октетами: пары различает имя',
      'октеттері бірдей екі бөлік: жұптарды аты ажыратады',
    ),
    () => files(2, () => bytes(8, 7)),
    true,
  ],
  [text('an empty part', '空的部分', 'пустая часть', 'бос бөлік'), () => files(1, () => bytes(0, 0)), true],
  [
    text('every octet from 0 to 255', '从0到255的全部字节', 'все октеты от 0 до 255', '0-ден 255-ке дейінгі барлық октет'),
    () => files(1, () => Buffer.from(Array.from({ length: 256 }, (_, i) => i))),
  ],
  [
    text('64 parts, the most allowed', '64个部分（上限）', '64 части, предел', '64 бөлік, шегі'),
    () => files(63, (i) => Buffer.from(`часть ${i} 部分 бөлік`)),
  ],
  [
    text('octets that look like a JWS', '形似 JWS 的字节', 'октеты, похожие на JWS', 'JWS-ке ұқсас октеттер'),
    () => files(1, () => Buffer.from('eyJhbGciOiJub25lIn0.e30.')),
  ],
  [
    text('octets that look like a frame', '形似帧的字节', 'октеты, похожие на кадр', 'кадрға ұқсас октеттер'),
    () => files(1, () => Buffer.from('LBMF\x01\0\x01')),
  ],
  [
    text('a part in GB18030', 'GB18030 编码的部分', 'часть в GB18030', 'GB18030 кодтағы бөлік'),
    () => files(1, () => Buffer.from('c1acd4c6b8db', 'hex')),
  ],
];

const issued: readonly ConformanceCase[] = SHAPES.map(([what, attached, short = false], i) => ({
  id: `REC-${String(i + 1).padStart(3, '0')}`,
  group: 'receipt',
  story: STORIES.acceptedMessage,
  what,
  short,
  run: async (bench, checks) => {
    const parts = attached();
    // Files beside a document it does not name are a finding of content, not of trust: the receipt has to be right either way.
    const sealed = bench.message({ parts: [document(`REC-${i + 1}-${bench.head.sequence}`), ...parts] });
    const { receipts } = await bench.deliver(sealed);
    checkReceipts(checks, bench, sealed, receipts, parts.length === 0 ? { status: 'valid' } : {});
  },
}));

type Misreceipt = (right: Receipt, signer: Signer, bench: Bench) => Buffer;
const changed =
  (change: (receipt: Receipt, bench: Bench) => unknown): Misreceipt =>
  (right, signer, bench) =>
    signJws(Buffer.from(JSON.stringify(change(right, bench))), TYPES.receipt, signer, bench.options.now());
const OTHER = 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg';
const other = () => new LocalSigner(generateKey('ES256'));

const WRONG: readonly (readonly [what: Text, make: Misreceipt])[] = [
  [
    text('another JWS digest', '另一 JWS 摘要', 'другой дайджест JWS', 'басқа JWS дайджесті'),
    changed((right) => ({ ...right, about: { ...right.about, jwsDigest: OTHER } })),
  ],
  [
    text('another message id', '另一报文编号', 'другой id сообщения', 'басқа хабар id'),
    changed((right) => ({ ...right, about: { ...right.about, messageId: derivedMessageId(right.about.messageId, 'other') } })),
  ],
  [
    text('another digest of a part', '部分的另一摘要', 'другой дайджест части', 'бөліктің басқа дайджесті'),
    changed((right) => ({ ...right, parts: right.parts.map((part) => ({ ...part, digest: OTHER })) })),
  ],
  [
    text('another name of a part', '部分的另一名称', 'другое имя части', 'бөліктің басқа аты'),
    changed((right) => ({ ...right, parts: right.parts.map((part) => ({ ...part, name: `x${part.name}`.slice(0, 64) })) })),
  ],
  [
    text('a part too many', '多出一个部分', 'лишняя часть', 'артық бөлік'),
    changed((right) => ({ ...right, parts: [...right.parts, { name: 'extra', algorithm: 'sha-256', digest: OTHER }] })),
  ],
  [
    text('a part repeated', '部分重复', 'часть повторена', 'бөлік қайталанған'),
    changed((right) => ({ ...right, parts: [...right.parts, ...right.parts] })),
  ],
  [text('another issuer', '另一出具方', 'другой издатель', 'басқа шығарушы'), changed((right) => ({ ...right, issuer: 'ZZZ' }))],
  [
    text('another addressee of the message', '报文的另一收件方', 'другой адресат сообщения', 'хабардың басқа алушысы'),
    changed((right) => ({ ...right, about: { ...right.about, to: 'ZZZ' } })),
  ],
  [text('an unknown member', '未知成员', 'неизвестный член', 'белгісіз мүше'), changed((right) => ({ ...right, attempt: 2 }))],
  [
    text('refused without an error', 'refused 却没有错误', 'refused без ошибки', 'қатесіз refused'),
    changed((right) => ({ ...right, status: 'refused' })),
  ],
  [
    text('a stranger’s signature', '陌生人的签名', 'подпись чужого', 'бөтен қолтаңба'),
    (right, _signer, bench) => signJws(Buffer.from(JSON.stringify(right)), TYPES.receipt, other(), bench.options.now()),
  ],
  [
    text('the typ of a message', '报文的 typ', 'typ сообщения', 'хабардың typ-ы'),
    (right, signer, bench) => signJws(Buffer.from(JSON.stringify(right)), TYPES.message, signer, bench.options.now()),
  ],
  [
    text('a member twice', '成员重复', 'член дважды', 'мүше екі рет'),
    (right, signer, bench) =>
      craft(
        { alg: signer.alg, kid: signer.kid, typ: TYPES.receipt, iat: Math.floor(bench.options.now().getTime() / 1000) },
        JSON.stringify(right).replace('{', '{"status":"stored",'),
        signer,
      ),
  ],
  [
    text('a signature of zeros', '全零签名', 'подпись из нулей', 'нөлдерден тұратын қолтаңба'),
    (right, signer, bench) =>
      Buffer.from(
        `${changed(() => right)(right, signer, bench)
          .toString('latin1')
          .split('.')
          .slice(0, 2)
          .join('.')}.${bytes(64, 0).toString('base64url')}`,
      ),
  ],
];

const taken: readonly ConformanceCase[] = WRONG.map(([what, make], i) => ({
  id: `REC-${101 + i}`,
  group: 'receipt',
  story: STORIES.misreceipt,
  what,
  // Only a gateway says at once what it makes of a receipt; a partner's own system is judged by its receipts.
  roles: ['gateway'],
  needs: 'message',
  run: async (bench, checks) => {
    const [first] = bench.received;
    if (!checks.that('the endpoint sent a message', first !== undefined, bench.received.length, 'one message') || !first) return;
    const right = JSON.parse(payloadOf(first.receipt).toString('utf8')) as Receipt;
    const fresh = { ...right, receiptId: derivedMessageId(right.receiptId, 'wrong', String(i)) };
    const answer = await bench.send(make(fresh, bench.signer, bench), 'receipt');
    checks.equal('transport: not taken', answer.taken, false);
    checks.that(
      'transport: code',
      answer.code === 'SIGNATURE_INVALID' || answer.code === 'RECEIPT_INVALID',
      answer.code,
      'SIGNATURE_INVALID or RECEIPT_INVALID',
    );
    const again = await bench.send(first.receipt, 'receipt', true);
    checks.equal('the right receipt is still taken', again.taken, true);
    const sealed = sealReceipt(first.message, { levels: ['R1', 'R2'], status: 'valid', issuedAt: bench.options.now() }, bench.signer);
    checks.equal('the right receipt speaks of the same octets', sealed.receipt.about.jwsDigest, right.about.jwsDigest);
  },
}));

export const RECEIPT_CASES: readonly ConformanceCase[] = [...issued, ...taken];
