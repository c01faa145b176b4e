/** "Do you have it?" (LB-PROTO-1 §5.1): answered exactly, and to nobody else. */
import { generateKey, LocalSigner, newMessageId, sealQuery, signJws, TYPES, type SealedQuery } from '#trust';
import type { Bench } from '../bench.ts';
import { text, type ConformanceCase, type Text } from '../case.ts';
import { joined, segmentsOf } from '../craft.ts';
import { checkAnswer, checkReceipts } from '../receipt-checks.ts';
import { STORIES } from './stories.ts';

type Wrong = (right: SealedQuery, bench: Bench) => Buffer;
const changed =
  (change: (query: SealedQuery['query']) => unknown): Wrong =>
  ({ query }, bench) =>
    signJws(Buffer.from(JSON.stringify(change(query))), TYPES.query, bench.signer, bench.options.now());

const WRONG: readonly (readonly [what: Text, make: Wrong, short?: boolean])[] = [
  [
    text('a stranger’s signature', '陌生人的签名', 'подпись чужого', 'бөтен қолтаңба'),
    ({ query }, { options }) =>
      signJws(Buffer.from(JSON.stringify(query)), TYPES.query, new LocalSigner(generateKey('ES256')), options.now()),
    true,
  ],
  [
    text('the name of another party', '另一方的名义', 'имя другой стороны', 'басқа тарап аты'),
    changed((query) => ({ ...query, from: 'ZZZ' })),
    true,
  ],
  [text('another addressee', '另一收件方', 'другой адресат', 'басқа алушы'), changed((query) => ({ ...query, to: 'ZZZ' }))],
  [text('an unknown member', '未知成员', 'неизвестный член', 'белгісіз мүше'), changed((query) => ({ ...query, urgent: true }))],
  [text('another profile', '另一协议规范', 'другой профиль', 'басқа профиль'), changed((query) => ({ ...query, profile: 'LB-PROTO-2' }))],
  [
    text('the typ of a message', '报文的 typ', 'typ сообщения', 'хабардың typ-ы'),
    ({ query }, bench) => signJws(Buffer.from(JSON.stringify(query)), TYPES.message, bench.signer, bench.options.now()),
  ],
  [
    text('a signature of zeros', '全零签名', 'подпись из нулей', 'нөлдерден тұратын қолтаңба'),
    ({ jws }) => joined(...segmentsOf(jws).slice(0, 2), Buffer.alloc(64).toString('base64url')),
  ],
  [
    text('an issue time in the far future', '远在未来的签发时间', 'время выпуска в далёком будущем', 'алыс болашақтағы шығарылу уақыты'),
    ({ query }, bench) =>
      signJws(Buffer.from(JSON.stringify(query)), TYPES.query, bench.signer, new Date(bench.options.now().getTime() + 86_400_000)),
  ],
];

const refused: readonly ConformanceCase[] = WRONG.map(([what, make, short = false], i) => ({
  id: `QRY-${String(i + 1).padStart(3, '0')}`,
  group: 'question',
  story: STORIES.question,
  what,
  short,
  run: async (bench, checks) => {
    const held = bench.message();
    await bench.deliver(held);
    const { self, peer, now } = bench.options;
    const about = { messageId: held.manifest.messageId, manifestDigest: held.manifestDigest };
    const wrong = sealQuery({ queryId: newMessageId(now()), from: self, to: peer, about }, bench.signer, now());
    const said = await bench.send(make(wrong, bench), 'query');
    if (bench.options.endpoint.tellsAtOnce) checks.equal('transport: not taken', said.taken, false);
    const receipts = checkAnswer(checks, bench, await bench.ask(held), true);
    checks.that('answer: carries the receipts', receipts.length > 0, receipts.length, 'at least one');
    checks.equal('no answer to the wrong question', bench.inbox.answersTo(wrong.query.queryId).length, 0);
  },
}));

const answered: readonly ConformanceCase[] = [
  {
    id: 'QRY-101',
    group: 'question',
    story: STORIES.flow,
    what: text(
      'A question about a message never sent is answered with a signed no',
      '对从未发送的报文的询问，以签名的“否”应答',
      'На вопрос о никогда не отправленном сообщении отвечают подписанным «нет»',
      'Ешқашан жіберілмеген хабар туралы сұраққа қол қойылған «жоқ» деп жауап беріледі',
    ),
    short: true,
    run: async (bench, checks) => void checkAnswer(checks, bench, await bench.ask(bench.draft()), false),
  },
  {
    id: 'QRY-102',
    group: 'question',
    story: STORIES.flow,
    what: text(
      'A question about a held message brings back the stored receipts, octet for octet',
      '对已持有报文的询问返回已存回执，逐字节一致',
      'Вопрос о хранимом сообщении возвращает сохранённые квитанции октет в октет',
      'Бар хабар туралы сұрақ сақталған түбіртектерді октетіне дейін қайтарады',
    ),
    short: true,
    run: async (bench, checks) => {
      const sealed = bench.message();
      const { receipts } = await bench.deliver(sealed);
      const carried = checkAnswer(checks, bench, await bench.ask(sealed), true);
      checks.that(
        'answer: the same receipts',
        receipts.every((one) => carried.some((jws) => jws.equals(one))),
        carried.length,
        'every receipt issued',
      );
      checkReceipts(checks, bench, sealed, carried, { status: 'valid' });
    },
  },
  {
    id: 'QRY-103',
    group: 'question',
    story: STORIES.flow,
    what: text(
      'A question about other content of a held id is answered with a signed no',
      '对已持有编号的其他内容的询问，以签名的“否”应答',
      'На вопрос о другом содержании известного id отвечают «нет»',
      'Белгілі id-дің басқа мазмұны туралы сұраққа «жоқ» деп жауап беріледі',
    ),
    run: async (bench, checks) => {
      const sealed = bench.message();
      await bench.deliver(sealed);
      const other = bench.draft({ fields: { messageId: sealed.manifest.messageId, priority: 'A' } });
      checkAnswer(checks, bench, await bench.ask(other), false);
      checkAnswer(checks, bench, await bench.ask(sealed), true);
    },
  },
];

export const QUESTION_CASES: readonly ConformanceCase[] = [...refused, ...answered];
