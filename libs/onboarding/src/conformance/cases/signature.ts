/** The negative list of LB-PROTO-1 §9 on messages. Nearly all are truly signed, so that only the check in question refuses them. */
import { createPublicKey } from 'node:crypto';
import { encodeFrame, generateKey, LocalSigner, newMessageId, signJws, TYPES, type FramePart, type SealedMessage } from '#trust';
import type { Bench } from '../bench.ts';
import { text, type ConformanceCase, type Text } from '../case.ts';
import { craft, der, hmac, joined, padded, segmentsOf, withUnusedBits } from '../craft.ts';
import { checkRefused, payloadOf } from '../receipt-checks.ts';
import { STORIES } from './stories.ts';

interface Ground {
  readonly bench: Bench;
  readonly sealed: SealedMessage;
  readonly header: Record<string, unknown>;
  readonly manifest: string;
  readonly parts: readonly FramePart[];
}
/** A frame, or a JWS to be framed with the parts of the right message. */
type Made = { readonly frame: Buffer } | { readonly jws: Buffer } | { readonly jws: Buffer; readonly parts: readonly FramePart[] };
type Row = readonly [what: Text, make: (ground: Ground) => Made, options?: { short?: boolean; codes?: readonly string[] }];

const encoded = (value: string): string => Buffer.from(value).toString('base64url');
const header =
  (change: Record<string, unknown>) =>
  ({ bench, header, manifest }: Ground): Made => ({ jws: craft({ ...header, ...change }, manifest, bench.signer) });
const manifest =
  (change: (text: string) => string) =>
  (ground: Ground): Made => ({ jws: craft(ground.header, change(ground.manifest), ground.bench.signer) });
const spelt =
  (change: (segments: [string, string, string]) => string) =>
  ({ sealed }: Ground): Made => ({ jws: Buffer.from(change(segmentsOf(sealed.jws))) });
const parts =
  (change: (parts: readonly FramePart[]) => readonly FramePart[]) =>
  ({ sealed, parts }: Ground): Made => ({ jws: sealed.jws, parts: change(parts) });
const stranger = (): LocalSigner => new LocalSigner(generateKey('ES256'));
const framed =
  (change: (frame: Buffer) => Buffer) =>
  ({ sealed }: Ground): Made => ({ frame: change(Buffer.from(sealed.frame)) });
const BAD_FRAME = { codes: ['FRAME_MALFORMED', 'TOO_LARGE', 'SIGNATURE_INVALID'] };
const member = (name: string): Text =>
  text(`header member ${name}`, `头部成员 ${name}`, `член заголовка ${name}`, `тақырып мүшесі ${name}`);
const typ = (name: string): Text => text(`typ ${name}`, `typ 为 ${name}`, `typ ${name}`, `typ ${name}`);

/** Ids follow from the place in this list: new rows go to its end, none is taken out. */
const ROWS: readonly Row[] = [
  [
    text(
      'a manifest parsed and printed again',
      '被解析后重新序列化的清单',
      'манифест разобран и напечатан заново',
      'манифест талданып, қайта басылған',
    ),
    spelt(([head, payload, signature]) =>
      [head, encoded(JSON.stringify(JSON.parse(Buffer.from(payload, 'base64url').toString()), null, 1)), signature].join('.'),
    ),
    { short: true },
  ],
  [
    text('one letter of the manifest changed', '清单中一个字符被更改', 'изменена одна буква манифеста', 'манифесттің бір әрпі өзгерген'),
    spelt(([head, payload, signature]) =>
      [head, encoded(Buffer.from(payload, 'base64url').toString().replace('"B"', '"A"')), signature].join('.'),
    ),
    { short: true },
  ],
  [
    text('a signature of zeros', '全零签名', 'подпись из нулей', 'нөлдерден тұратын қолтаңба'),
    spelt(([head, payload]) => `${head}.${payload}.${Buffer.alloc(64).toString('base64url')}`),
    { short: true },
  ],
  [text('an empty signature', '空签名', 'пустая подпись', 'бос қолтаңба'), spelt(([head, payload]) => `${head}.${payload}.`)],
  [
    text('the signature of another message', '另一份报文的签名', 'подпись другого сообщения', 'басқа хабардың қолтаңбасы'),
    ({ bench, sealed }) => {
      const [head, payload] = segmentsOf(sealed.jws);
      return { jws: joined(head, payload, segmentsOf(bench.draft().jws)[2]) };
    },
  ],
  [
    text('alg none', 'alg 为 none', 'alg none', 'alg none'),
    ({ header, manifest }) => ({ jws: joined(encoded(JSON.stringify({ ...header, alg: 'none' })), encoded(manifest), '') }),
  ],
  [
    text('an HMAC keyed with the public key', '以公钥为密钥的 HMAC', 'HMAC с открытым ключом', 'ашық кілтпен жасалған HMAC'),
    ({ bench, header, manifest }) => {
      const jwk = bench.options.directory.records(bench.options.self).find(({ kid }) => kid === bench.signer.kid)!;
      const pem = createPublicKey({ key: { ...jwk } as never, format: 'jwk' })
        .export({ type: 'spki', format: 'pem' })
        .toString();
      const input = `${encoded(JSON.stringify({ ...header, alg: 'HS256' }))}.${encoded(manifest)}`;
      return { jws: Buffer.from(`${input}.${hmac(input, pem)}`) };
    },
  ],
  [
    text(
      'another algorithm than the one registered for the key',
      '与密钥登记算法不同的算法',
      'алгоритм не тот, что у ключа',
      'кілтте тіркелгеннен басқа алгоритм',
    ),
    (ground) => header({ alg: ground.bench.signer.alg === 'ES256' ? 'Ed25519' : 'ES256' })(ground),
  ],
  [
    text(
      'an algorithm named like an inherited property',
      '以继承属性命名的算法',
      'алгоритм с именем наследуемого свойства',
      'мұраланған қасиет атындағы алгоритм',
    ),
    header({ alg: 'constructor' }),
  ],
  [
    text('a key nobody registered', '无人登记的密钥', 'незарегистрированный ключ', 'тіркелмеген кілт'),
    ({ header, manifest }) => {
      const other = stranger();
      return { jws: craft({ ...header, alg: other.alg, kid: other.kid }, manifest, other) };
    },
    { short: true },
  ],
  [
    text(
      'our key id over a stranger’s signature',
      '使用我方密钥编号但由陌生人签名',
      'наш идентификатор ключа и чужая подпись',
      'біздің кілт нөмірі, бөтен қолтаңба',
    ),
    ({ header, manifest }) => ({ jws: craft({ ...header, alg: 'ES256' }, manifest, stranger()) }),
    { short: true },
  ],
  [
    text(
      'the sender’s name over the key of the endpoint’s own directory',
      '冒用端点自己的密钥编号',
      'идентификатор ключа самой конечной точки',
      'соңғы нүктенің өз кілтінің нөмірі',
    ),
    (ground) => {
      const { directory, peer } = ground.bench.options;
      return header({ kid: directory.records(peer)[0]?.kid ?? 'A'.repeat(43) })(ground);
    },
  ],
  [member('jwk'), ({ bench, header, manifest }) => ({ jws: craft({ ...header, jwk: stranger().jwk }, manifest, bench.signer) })],
  [
    text(
      'a stranger’s key in jwk and his signature',
      'jwk 中为陌生人的密钥及其签名',
      'чужой ключ в jwk и подпись им',
      'jwk ішінде бөтен кілт пен оның қолтаңбасы',
    ),
    ({ header, manifest }) => {
      const other = stranger();
      return { jws: craft({ ...header, alg: other.alg, kid: other.kid, jwk: other.jwk }, manifest, other) };
    },
    { short: true },
  ],
  ...['jku', 'x5u', 'x5c'].map((name): Row => [member(name), header({ [name]: name === 'x5c' ? ['x'] : 'https://127.0.0.1:1/k' })]),
  ...[
    ['zip', 'DEF'],
    ['b64', false],
    ['crit', ['exp']],
    ['crit', []],
    ['purpose', 'test'],
  ].map(([name, value]): Row => [member(`${String(name)} ${JSON.stringify(value)}`), header({ [String(name)]: value })]),
  ...['../../keys/A', 'https://example.test/key', `${'A'.repeat(42)}=`, ''].map((kid): Row => [
    text(`the kid "${kid}"`, `kid 为“${kid}”`, `kid «${kid}»`, `kid «${kid}»`),
    header({ kid }),
  ]),
  ...['lb-receipt+jws', 'lb-keys+jws', 'lb-mailbox+jws', 'lb-query+jws', 'JWT'].map((name): Row => [typ(name), header({ typ: name })]),
  [
    text('no typ', '缺少 typ', 'нет typ', 'typ жоқ'),
    ({ bench, header: { typ: _typ, ...rest }, manifest }) => ({ jws: craft(rest, manifest, bench.signer) }),
  ],
  [
    text('an ECDSA signature in DER form', 'DER 形式的 ECDSA 签名', 'подпись ECDSA в форме DER', 'DER түріндегі ECDSA қолтаңбасы'),
    spelt(([head, payload, signature]) => `${head}.${payload}.${der(Buffer.from(signature, 'base64url')).toString('base64url')}`),
  ],
  [
    text('unused bits in the signature', '签名中存在多余位', 'неиспользуемые биты в подписи', 'қолтаңбада пайдаланылмайтын биттер'),
    spelt(([head, payload, signature]) => `${head}.${payload}.${withUnusedBits(signature)}`),
  ],
  [
    text('padding in the signature', '签名带填充', 'дополнение в подписи', 'қолтаңбада толтырма'),
    spelt(([head, payload, signature]) => `${head}.${payload}.${signature}==`),
  ],
  [
    text('a blank in the signature', '签名中有空格', 'пробел в подписи', 'қолтаңбада бос орын'),
    spelt(([head, payload, signature]) => `${head}.${payload}.${signature.slice(0, 9)} ${signature.slice(9)}`),
  ],
  [
    text('a line feed at the end', '末尾有换行', 'перевод строки в конце', 'соңында жол ауысуы'),
    spelt((segments) => `${segments.join('.')}\n`),
  ],
  [
    text(
      'a padded payload, truly signed',
      '负载带填充且确已签名',
      'дополненная нагрузка, подписана верно',
      'толтырмалы жүктеме, қолтаңбасы рас',
    ),
    ({ bench, header, manifest }) => ({ jws: craft(header, manifest, bench.signer, { payload: padded }) }),
  ],
  [
    text(
      'a padded header, truly signed',
      '头部带填充且确已签名',
      'дополненный заголовок, подписан верно',
      'толтырмалы тақырып, қолтаңбасы рас',
    ),
    ({ bench, header, manifest }) => ({ jws: craft(header, manifest, bench.signer, { header: padded }) }),
  ],
  [text('two segments', '只有两段', 'два сегмента', 'екі бөлік'), spelt(([head, payload]) => `${head}.${payload}`)],
  [text('four segments', '四段', 'четыре сегмента', 'төрт бөлік'), spelt((segments) => `${segments.join('.')}.`)],
  [
    text('the JSON serialisation of a JWS', 'JWS 的 JSON 序列化', 'сериализация JWS в JSON', 'JWS-тің JSON түрі'),
    spelt(([head, payload, signature]) => JSON.stringify({ protected: head, payload, signature })),
  ],
  [
    text('a header member twice', '头部成员重复', 'член заголовка дважды', 'тақырып мүшесі екі рет'),
    ({ bench, header, manifest }) => ({
      jws: craft(JSON.stringify(header).replace('{', '{"typ":"lb-receipt+jws",'), manifest, bench.signer),
    }),
  ],
  [
    text('a header number beyond 2^53', '头部数值超过 2^53', 'число больше 2^53 в заголовке', 'тақырыпта 2^53-тен үлкен сан'),
    ({ bench, header, manifest }) => ({
      jws: craft(JSON.stringify(header).replace(/"iat":\d+/, '"iat":9007199254740993'), manifest, bench.signer),
    }),
  ],
  [text('iat as text', 'iat 为文本', 'iat текстом', 'iat мәтін түрінде'), header({ iat: '1773479700' })],
  [text('iat in fractions', 'iat 为小数', 'дробный iat', 'бөлшек iat'), header({ iat: 1.5 })],
  [
    text('a manifest member twice', '清单成员重复', 'член манифеста дважды', 'манифест мүшесі екі рет'),
    manifest((json) => json.replace('{', '{"test":false,')),
  ],
  [
    text('a manifest number beyond 2^53', '清单数值超过 2^53', 'число больше 2^53 в манифесте', 'манифестте 2^53-тен үлкен сан'),
    manifest((json) => json.replace(/"sequence":\d+/, '"sequence":9007199254740993')),
  ],
  [
    text('a lone surrogate', '孤立代理项', 'одиночный суррогат', 'жалғыз суррогат'),
    manifest((json) => json.replace(/"conversationId":"[^"]*"/, '"conversationId":"\\ud800"')),
  ],
  [
    text('an unknown manifest member', '未知的清单成员', 'неизвестный член манифеста', 'манифесттің белгісіз мүшесі'),
    manifest((json) => json.replace('{', '{"attempt":2,')),
    { short: true },
  ],
  [
    text('another profile', '另一种协议规范', 'другой профиль', 'басқа профиль'),
    manifest((json) => json.replace('LB-PROTO-1', 'LB-PROTO-2')),
  ],
  [
    text('a life longer than 31 days', '有效期超过31天', 'срок жизни больше 31 дня', '31 күннен ұзақ мерзім'),
    manifest((json) => json.replace(/"notAfter":"(\d{4})/, (_all, year: string) => `"notAfter":"${Number(year) + 1}`)),
  ],
  [
    text('two parts of one name', '两个部分同名', 'две части с одним именем', 'бір атты екі бөлік'),
    manifest((json) => json.replace('"name":"attachment"', '"name":"document"')),
  ],
  [
    text('a part name that is a path', '部分名称为路径', 'имя части — путь', 'бөлік аты — жол'),
    manifest((json) => json.replace('"name":"document"', '"name":"../document"')),
  ],
  [
    text('an impossible day', '不存在的日期', 'невозможная дата', 'мүмкін емес күн'),
    manifest((json) => json.replace(/"created":"\d{4}-\d\d-\d\d/, '"created":"2026-02-30')),
  ],
  [
    text('deep nesting', '过深嵌套', 'глубокая вложенность', 'терең қабаттасу'),
    manifest(() => `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`),
  ],
  [text('no JSON', '不是 JSON', 'не JSON', 'JSON емес'), manifest(() => 'manifest')],
  [
    text(
      'another sender in the manifest than the owner of the key',
      '清单中的发送方不是密钥所有者',
      'отправитель в манифесте — не владелец ключа',
      'манифесттегі жіберуші кілт иесі емес',
    ),
    (ground) => manifest((json) => json.replace(`"from":{"party":"${ground.bench.options.self}"`, '"from":{"party":"ZZZ"'))(ground),
    { short: true },
  ],
  [
    text('another addressee', '另一收件方', 'другой адресат', 'басқа алушы'),
    (ground) => manifest((json) => json.replace(`"to":{"party":"${ground.bench.options.peer}"`, '"to":{"party":"ZZZ"'))(ground),
    { short: true },
  ],
  [text('a part missing', '缺少一个部分', 'нет одной части', 'бір бөлік жоқ'), parts(([first]) => [first!]), { short: true }],
  [
    text('a part too many', '多出一个部分', 'лишняя часть', 'артық бөлік'),
    parts((all) => [...all, { name: 'extra', bytes: Buffer.from('x') }]),
  ],
  [
    text('two parts swapped', '两个部分互换', 'две части переставлены', 'екі бөлік алмасқан'),
    parts(([a, b]) => [
      { name: a!.name, bytes: b!.bytes },
      { name: b!.name, bytes: a!.bytes },
    ]),
  ],
  [text('a part repeated', '部分重复', 'часть повторена', 'бөлік қайталанған'), parts((all) => [...all, all[1]!])],
  [
    text('an octet of a part changed', '某部分的一个字节被更改', 'изменён октет части', 'бөліктің бір октеті өзгерген'),
    parts(([a, b]) => [a!, { ...b!, bytes: Buffer.from(b!.bytes.map((octet, i) => (i === 0 ? octet ^ 1 : octet))) }]),
    { short: true },
  ],
  [
    text('a part shortened', '部分被截短', 'часть укорочена', 'бөлік қысқарған'),
    parts(([a, b]) => [a!, { ...b!, bytes: b!.bytes.subarray(1) }]),
  ],
  [text('a header of 64 KB', '64 KB 的头部', 'заголовок 64 КБ', '64 КБ тақырып'), header({ fill: 'x'.repeat(65_536) }), BAD_FRAME],
  [
    text('a manifest of 300 KB', '300 KB 的清单', 'манифест 300 КБ', '300 КБ манифест'),
    ({ bench, header }) => ({ jws: craft(header, Buffer.alloc(300_000, 0x20), bench.signer) }),
    BAD_FRAME,
  ],
  [
    text('a count of 65,535 parts', '声称有65,535个部分', 'счётчик 65 535 частей', '65 535 бөлік саны'),
    framed((frame) => (frame.writeUInt16BE(65_535, 5), frame)),
    BAD_FRAME,
  ],
  [
    text('a length beyond the frame', '超出帧的长度', 'длина за пределами кадра', 'кадрдан асатын ұзындық'),
    framed((frame) => (frame.writeUInt32BE(0xffffffff, 7), frame)),
    BAD_FRAME,
  ],
  [
    text('an octet behind the frame', '帧后多一个字节', 'октет после кадра', 'кадрдан кейінгі октет'),
    framed((frame) => Buffer.concat([frame, Buffer.from([0])])),
    BAD_FRAME,
  ],
  [
    text('the last octet missing', '缺少最后一个字节', 'нет последнего октета', 'соңғы октет жоқ'),
    framed((frame) => frame.subarray(0, -1)),
    BAD_FRAME,
  ],
  [
    text('another frame version', '另一帧版本', 'другая версия кадра', 'кадрдың басқа нұсқасы'),
    framed((frame) => (frame.writeUInt8(9, 4), frame)),
    BAD_FRAME,
  ],
  [
    text('a second signature nobody agreed on', '未约定的第二签名', 'несогласованная вторая подпись', 'келісілмеген екінші қолтаңба'),
    framed((frame) => {
      const two = Buffer.concat([frame, Buffer.from([0, 0, 0, 1, 0x41])]);
      two.writeUInt8(2, 4);
      return two;
    }),
    BAD_FRAME,
  ],
  [
    text('a receipt in place of the manifest', '以回执代替清单', 'квитанция вместо манифеста', 'манифест орнына түбіртек'),
    ({ bench, manifest }) => ({ jws: signJws(Buffer.from(manifest), TYPES.receipt, bench.signer, bench.options.now()) }),
  ],
];

function ground(bench: Bench): Ground {
  const messageId = newMessageId(bench.options.now());
  const attachment = { name: 'attachment', mediaType: 'application/octet-stream', bytes: Buffer.from('附件 қосымша приложение') };
  const main = { name: 'document', mediaType: 'application/json', bytes: Buffer.from('{"text":"合成 синтетика"}') };
  const sealed = bench.draft({ fields: { messageId, conversationId: messageId }, parts: [main, attachment] });
  const iat = Math.floor(bench.options.now().getTime() / 1000);
  return {
    bench,
    sealed,
    header: { alg: bench.signer.alg, kid: bench.signer.kid, typ: TYPES.message, iat },
    manifest: payloadOf(sealed.jws).toString('utf8'),
    parts: [main, attachment],
  };
}

export const SIGNATURE_CASES: readonly ConformanceCase[] = ROWS.map(
  ([what, make, { short = false, codes = ['SIGNATURE_INVALID'] } = {}], i) => ({
    id: `SIG-${String(i + 1).padStart(3, '0')}`,
    group: 'signature',
    story: STORIES.refusedMessage,
    what,
    short,
    run: async (bench, checks) => {
      const right = ground(bench);
      const made = make(right);
      const body = 'frame' in made ? made.frame : encodeFrame({ jws: made.jws, parts: 'parts' in made ? made.parts : right.parts });
      checks.that('the case changes something', !body.equals(right.sealed.frame), body.length, 'other octets than the right message');
      await checkRefused(checks, bench, body, right.sealed, codes);
    },
  }),
);
