/** Volume and resilience: bursts, sizes, broken connections. */
import { document, type Bench } from '../bench.ts';
import { text, type ConformanceCase } from '../case.ts';
import type { Checks } from '../checks.ts';
import { checkAnswer, checkReceipts } from '../receipt-checks.ts';
import { STORIES } from './stories.ts';

async function burst(bench: Bench, checks: Checks, count: number): Promise<void> {
  const all = Array.from({ length: count }, () => bench.message());
  for (const sealed of all) await bench.send(sealed.frame, 'message');
  for (const sealed of all) checkReceipts(checks, bench, sealed, await bench.settled(sealed), { status: 'valid' });
  const ids = all.flatMap(({ manifest }) => (bench.inbox.receiptsAbout(manifest.messageId).length > 0 ? [manifest.messageId] : []));
  checks.equal('every message has its receipt', new Set(ids).size, count);
}

async function large(bench: Bench, checks: Checks, megabytes: number): Promise<void> {
  const file = { name: 'file', mediaType: 'application/octet-stream', bytes: Buffer.alloc(megabytes * 1024 * 1024, '连云港') };
  const sealed = bench.message({ parts: [document(`VOL-${megabytes}`), file] });
  const { receipts } = await bench.deliver(sealed);
  checkReceipts(checks, bench, sealed, receipts, {});
  checkAnswer(checks, bench, await bench.ask(sealed), true);
}

const volume = (
  id: string,
  what: ConformanceCase['what'],
  run: ConformanceCase['run'],
  more: Partial<ConformanceCase> = {},
): ConformanceCase => ({ id, group: 'volume', story: STORIES.flow, what, run, ...more });

export const LOAD_CASES: readonly ConformanceCase[] = [
  volume(
    'VOL-001',
    text(
      'A burst of 25 messages is receipted one for one',
      '25份报文的突发逐一出具回执',
      'На 25 сообщений подряд — квитанция на каждое',
      '25 хабарға бірінен соң бірі түбіртек',
    ),
    (bench, checks) => burst(bench, checks, 25),
    { short: true },
  ),
  volume(
    'VOL-002',
    text(
      'A burst of 100 messages is receipted one for one',
      '100份报文的突发逐一出具回执',
      'На 100 сообщений подряд — квитанция на каждое',
      '100 хабарға бірінен соң бірі түбіртек',
    ),
    (bench, checks) => burst(bench, checks, 100),
  ),
  volume(
    'VOL-003',
    text('A message of 1 MB is taken in', '接收1 MB报文', 'Сообщение в 1 МБ принимается', '1 МБ хабар қабылданады'),
    (bench, checks) => large(bench, checks, 1),
    { short: true },
  ),
  volume(
    'VOL-004',
    text('A message of 8 MB is taken in', '接收8 MB报文', 'Сообщение в 8 МБ принимается', '8 МБ хабар қабылданады'),
    (bench, checks) => large(bench, checks, 8),
  ),
  volume(
    'VOL-005',
    text(
      'A thousand business keys are taken in',
      '接收一千个业务关键字',
      'Тысяча деловых ключей принимается',
      'Мың іскерлік кілт қабылданады',
    ),
    async (bench, checks) => {
      const businessKeys = Array.from({ length: 1000 }, (_, i) => ({ type: 'bill', value: `LYG-提单-${i}` }));
      const sealed = bench.message({ fields: { businessKeys } });
      const { receipts } = await bench.deliver(sealed);
      checkReceipts(checks, bench, sealed, receipts, { status: 'valid' });
    },
  ),
  {
    id: 'RES-001',
    group: 'resilience',
    story: STORIES.flow,
    what: text(
      'The connection breaks before the answer: the same bytes again have one effect',
      '应答前连接中断：重发同样字节只产生一次效果',
      'Связь рвётся до ответа: те же октеты ещё раз действуют один раз',
      'Жауапқа дейін байланыс үзіледі: сол октеттердің қайталауы бір рет әсер етеді',
    ),
    needs: 'cut',
    short: true,
    run: async (bench, checks) => {
      const sealed = bench.message();
      await bench.options.endpoint.cut!(sealed.frame, 'message');
      const { receipts } = await bench.deliver(sealed, true);
      checkReceipts(checks, bench, sealed, receipts, { status: 'valid' });
      checks.equal('one receipt, however often sent', new Set(receipts.map((one) => one.toString('latin1'))).size, 1);
      checkAnswer(checks, bench, await bench.ask(sealed), true);
    },
  },
  {
    id: 'RES-002',
    group: 'resilience',
    story: STORIES.flow,
    what: text(
      'A cut-off frame followed by the whole one: only the whole one counts',
      '截断的帧之后到达完整帧：仅完整帧有效',
      'Оборванный кадр, за ним целый: считается только целый',
      'Үзілген кадрдан кейін бүтіні: тек бүтіні есептеледі',
    ),
    short: true,
    run: async (bench, checks) => {
      const sealed = bench.message();
      await bench.send(sealed.frame.subarray(0, sealed.frame.length >> 1), 'message');
      checkAnswer(checks, bench, await bench.ask(sealed), false);
      const { receipts } = await bench.deliver(sealed);
      checkReceipts(checks, bench, sealed, receipts, { status: 'valid' });
    },
  },
  {
    id: 'RES-003',
    group: 'resilience',
    story: STORIES.flow,
    what: text(
      'After ten broken bodies in a row the next right message is accepted',
      '连续十个损坏的消息体之后，下一份正确报文被接受',
      'После десяти битых тел подряд верное сообщение принимается',
      'Қатарынан он бұзық дененің соңынан дұрыс хабар қабылданады',
    ),
    run: async (bench, checks) => {
      for (let i = 0; i < 10; i++) await bench.send(Buffer.from(`сломано 损坏 бұзық ${i}`), i % 2 ? 'message' : 'receipt');
      const sealed = bench.message();
      const { receipts } = await bench.deliver(sealed);
      checkReceipts(checks, bench, sealed, receipts, { status: 'valid' });
    },
  },
];
