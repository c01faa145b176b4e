/** What happens to messages over time: duplicates, order, amendment, lateness, gaps. */
import { openReconciliationAnswer, matchReconciliation, resignMessage, sealReconciliation, sumUp, type ManifestFields } from '#trust';
import { document, type Bench } from '../bench.ts';
import { text, type ConformanceCase } from '../case.ts';
import type { Checks } from '../checks.ts';
import { checkAnswer, checkReceipts, checkRefused } from '../receipt-checks.ts';
import { STORIES } from './stories.ts';

const HOUR = 3_600_000;
const shifted = (bench: Bench, hours: number): Date => new Date(bench.options.now().getTime() + hours * HOUR);

/** Delivers and wants exactly this verdict. */
async function accepted(bench: Bench, checks: Checks, options: Parameters<Bench['message']>[0] = {}) {
  const sealed = bench.message(options);
  const { receipts } = await bench.deliver(sealed);
  checkReceipts(checks, bench, sealed, receipts, { status: 'valid' });
  return { sealed, receipts };
}

async function refusedWith(bench: Bench, checks: Checks, options: Parameters<Bench['draft']>[0], code: string): Promise<void> {
  const sealed = bench.draft(options);
  const { receipts } = await bench.deliver(sealed);
  checkReceipts(checks, bench, sealed, receipts, { status: 'refused', errors: [code] });
  checkAnswer(checks, bench, await bench.ask(sealed), true);
}

const flow = (
  id: string,
  what: ConformanceCase['what'],
  run: ConformanceCase['run'],
  more: Partial<ConformanceCase> = {},
): ConformanceCase => ({
  id,
  group: 'flow',
  story: STORIES.flow,
  what,
  run,
  ...more,
});

export const FLOW_CASES: readonly ConformanceCase[] = [
  flow(
    'FLW-001',
    text(
      'A duplicate brings back the stored receipt, octet for octet',
      '重复报文返回已存回执，逐字节一致',
      'Дубликат возвращает сохранённую квитанцию октет в октет',
      'Қайталанған хабар сақталған түбіртекті октетіне дейін қайтарады',
    ),
    async (bench, checks) => {
      const { sealed, receipts } = await accepted(bench, checks);
      for (let time = 0; time < 2; time++) {
        // Behind the answer the endpoint is done with the receipt; while it is being sent, once is enough for both.
        checkAnswer(checks, bench, await bench.ask(sealed), true);
        const before = bench.inbox.receiptsAbout(sealed.manifest.messageId).length;
        await bench.send(sealed.frame, 'message', true);
        const all = await bench.settled(sealed, before + 1);
        checks.that('duplicate: a receipt came again', all.length > before, all.length, `more than ${before}`);
        checks.that(
          'duplicate: the stored receipt, same octets',
          all.slice(before).every((again) => receipts.some((one) => one.equals(again))),
          all.length - before,
          'equal to the first',
        );
      }
    },
    { short: true },
  ),
  flow(
    'FLW-002',
    text(
      'The same manifest signed again is a duplicate, not a new message',
      '同一清单重新签名仍为重复报文',
      'Тот же манифест с новой подписью — дубликат',
      'Сол манифестке қайта қол қойылса — қайталама хабар',
    ),
    async (bench, checks) => {
      const parts = [document(`FLW-002-${bench.head.sequence}`)];
      const { sealed, receipts } = await accepted(bench, checks, { parts });
      const again = resignMessage(sealed, parts, bench.signer, shifted(bench, 1 / 3600));
      checkAnswer(checks, bench, await bench.ask(sealed), true);
      checks.equal('the manifest digest stays', again.manifestDigest, sealed.manifestDigest);
      await bench.send(again.frame, 'message', true);
      const all = await bench.settled(sealed, receipts.length + 1);
      checks.that(
        'duplicate: the stored receipt',
        all.length > receipts.length && all.every((one) => receipts.some((first) => first.equals(one))),
        all.length,
        'equal to the first',
      );
    },
  ),
  flow(
    'FLW-003',
    text(
      'The same id with other content is refused and the first message stands',
      '编号相同而内容不同则拒绝，首份报文有效',
      'Тот же id с другим содержанием отвергается, первое сообщение остаётся',
      'Мазмұны басқа сол id қабылданбайды, бірінші хабар күшінде қалады',
    ),
    async (bench, checks) => {
      const { sealed } = await accepted(bench, checks);
      const fields: Partial<ManifestFields> = {
        messageId: sealed.manifest.messageId,
        conversationId: sealed.manifest.conversationId,
        priority: 'A',
      };
      const other = bench.draft({ fields, parts: [document('其他 басқа другое')] });
      const said = await bench.send(other.frame, 'message');
      if (bench.options.endpoint.tellsAtOnce) checks.equal('transport: code', said.code, 'ID_CONFLICT');
      checkAnswer(checks, bench, await bench.ask(other), false);
      checkAnswer(checks, bench, await bench.ask(sealed), true);
      checks.equal(
        'no other receipt',
        new Set(bench.inbox.receiptsAbout(sealed.manifest.messageId).map((one) => one.toString('latin1'))).size,
        1,
      );
    },
    { short: true },
  ),
  flow(
    'FLW-004',
    text(
      'Messages that arrive out of order are all accepted',
      '乱序到达的报文全部被接受',
      'Пришедшие не по порядку сообщения принимаются все',
      'Ретсіз келген хабарлардың бәрі қабылданады',
    ),
    async (bench, checks) => {
      const [first, second, third] = [bench.message(), bench.message(), bench.message()];
      for (const sealed of [third, first, second]) {
        const { receipts } = await bench.deliver(sealed);
        checkReceipts(checks, bench, sealed, receipts, { status: 'valid' });
      }
    },
    { short: true },
  ),
  flow(
    'FLW-005',
    text(
      'An amendment that names the message it replaces is accepted',
      '指明所替代报文的修改被接受',
      'Изменение со ссылкой на прежнее сообщение принимается',
      'Ауыстырылатын хабарды көрсеткен өзгерту қабылданады',
    ),
    async (bench, checks) => {
      const { sealed } = await accepted(bench, checks);
      const { messageId, conversationId } = sealed.manifest;
      await accepted(bench, checks, { fields: { refTo: messageId, conversationId }, parts: [document(`${messageId}-5`, '5')] });
    },
  ),
  flow(
    'FLW-006',
    text(
      'A deletion that names the message it deletes is accepted',
      '指明所删除报文的删除被接受',
      'Удаление со ссылкой на удаляемое сообщение принимается',
      'Жойылатын хабарды көрсеткен жою қабылданады',
    ),
    async (bench, checks) => {
      const { sealed } = await accepted(bench, checks);
      const { messageId, conversationId } = sealed.manifest;
      await accepted(bench, checks, { fields: { refTo: messageId, conversationId }, parts: [document(`${messageId}-3`, '3')] });
    },
  ),
  flow(
    'FLW-007',
    text(
      'A message marked superseded is kept and receipted',
      '标记为已被取代的报文仍被保存并出具回执',
      'Сообщение с пометкой superseded хранится и получает квитанцию',
      'superseded белгісі бар хабар сақталып, түбіртек алады',
    ),
    (bench, checks) => accepted(bench, checks, { fields: { superseded: true } }).then(() => undefined),
  ),
  flow(
    'FLW-008',
    text(
      'A message too late is refused with MESSAGE_EXPIRED',
      '过期报文以 MESSAGE_EXPIRED 拒绝',
      'Опоздавшее сообщение отвергается с MESSAGE_EXPIRED',
      'Кешіккен хабар MESSAGE_EXPIRED деп қайтарылады',
    ),
    (bench, checks) =>
      refusedWith(
        bench,
        checks,
        { fields: { created: shifted(bench, -48).toISOString(), notAfter: shifted(bench, -1).toISOString() } },
        'MESSAGE_EXPIRED',
      ),
    { short: true, story: { ...STORIES.refusalReceipt, purpose: STORIES.flow.purpose } },
  ),
  flow(
    'FLW-009',
    text(
      'A message created in the future is refused with CLOCK_SKEW',
      '创建时间在未来的报文以 CLOCK_SKEW 拒绝',
      'Сообщение из будущего отвергается с CLOCK_SKEW',
      'Болашақта жасалған хабар CLOCK_SKEW деп қайтарылады',
    ),
    (bench, checks) => refusedWith(bench, checks, { fields: { created: shifted(bench, 2).toISOString() } }, 'CLOCK_SKEW'),
    { story: { ...STORIES.refusalReceipt, purpose: STORIES.flow.purpose } },
  ),
  flow(
    'FLW-010',
    text(
      'A message signed in the far future is refused with CLOCK_SKEW',
      '签名时间远在未来的报文以 CLOCK_SKEW 拒绝',
      'Сообщение, подписанное в далёком будущем, отвергается с CLOCK_SKEW',
      'Алыс болашақта қол қойылған хабар CLOCK_SKEW деп қайтарылады',
    ),
    (bench, checks) => refusedWith(bench, checks, { issuedAt: shifted(bench, 2) }, 'CLOCK_SKEW'),
    { story: { ...STORIES.refusalReceipt, purpose: STORIES.flow.purpose } },
  ),
  flow(
    'FLW-011',
    text(
      'A production message on a test link is refused, and a test message on a production link',
      '测试链路上的生产报文被拒绝，生产链路上的测试报文亦然',
      'Боевое сообщение на тестовой связи отвергается, и наоборот',
      'Сынақ байланысындағы өндірістік хабар қайтарылады, және керісінше',
    ),
    (bench, checks) => refusedWith(bench, checks, { fields: { test: !bench.options.test } }, 'TEST_PRODUCTION_MIXED'),
    { short: true, story: { ...STORIES.refusalReceipt, purpose: STORIES.flow.purpose } },
  ),
  flow(
    'FLW-012',
    text(
      'A clock 4 minutes fast is tolerated',
      '时钟快4分钟可被容许',
      'Часы, спешащие на 4 минуты, допустимы',
      '4 минут алда жүрген сағатқа жол беріледі',
    ),
    (bench, checks) =>
      accepted(bench, checks, { fields: { created: shifted(bench, 4 / 60).toISOString() }, issuedAt: shifted(bench, 4 / 60) }).then(
        () => undefined,
      ),
  ),
  flow(
    'FLW-013',
    text(
      'A message of a day ago that is not yet due is accepted: an outage is no fault',
      '一天前且未到期的报文被接受：中断不是过错',
      'Вчерашнее ещё не просроченное сообщение принимается: перебой — не ошибка',
      'Бір күн бұрынғы мерзімі өтпеген хабар қабылданады: үзіліс — қате емес',
    ),
    (bench, checks) =>
      accepted(bench, checks, { fields: { created: shifted(bench, -24).toISOString() }, issuedAt: shifted(bench, -24) }).then(
        () => undefined,
      ),
    { short: true },
  ),
  ...(['A', 'B', 'C'] as const).map((priority, i) =>
    flow(
      `FLW-0${14 + i}`,
      text(
        `Priority ${priority} is accepted`,
        `优先级 ${priority} 被接受`,
        `Приоритет ${priority} принимается`,
        `${priority} басымдығы қабылданады`,
      ),
      (bench, checks) => accepted(bench, checks, { fields: { priority } }).then(() => undefined),
    ),
  ),
  flow(
    'FLW-017',
    text(
      'A missing message is provable: the endpoint answers a reconciliation with exactly what it holds',
      '缺失的报文可被证明：端点以其实际持有情况答复对账',
      'Пропажа доказуема: конечная точка отвечает на сверку ровно тем, что у неё есть',
      'Жоғалған хабар дәлелденеді: соңғы нүкте салыстыруға дәл өзінде барымен жауап береді',
    ),
    gap,
    { roles: ['partner'], short: true },
  ),
  flow(
    'FLW-018',
    text(
      'A message of one partner is refused on the link of another',
      '一方的报文在另一方的链路上被拒绝',
      'Сообщение одного партнёра на связи другого отвергается',
      'Бір әріптестің хабары басқаның байланысында қабылданбайды',
    ),
    async (bench, checks) => {
      const sealed = bench.draft({ fields: { from: { party: bench.options.peer }, to: { party: bench.options.self } } });
      await checkRefused(checks, bench, sealed.frame, sealed, ['SIGNATURE_INVALID']);
    },
  ),
];

/** Three messages of which the middle one is never sent; the day's statement makes the endpoint say so. */
async function gap(bench: Bench, checks: Checks): Promise<void> {
  const { self, peer, link, directory, now, deadlineMs } = bench.options;
  const after = bench.head.sequence;
  const sealed = [bench.message(), bench.message(), bench.message()];
  for (const one of [sealed[0]!, sealed[2]!]) await bench.deliver(one);
  const counted = sealed.map(({ manifest, manifestDigest }) => ({ sequence: manifest.link.sequence, manifestDigest }));
  const sent = sumUp(counted, { after, last: after + 3 });
  const received = sumUp([], { after: 0, last: 0 });
  const log = { sequence: 1, digest: sealed[0]!.manifestDigest };
  const day = now().toISOString().slice(0, 10);
  const { statement, jws } = sealReconciliation({ link, from: self, to: peer, day, sent, received, log }, bench.signer, now());
  await bench.send(jws, 'reconciliation');
  const find = () =>
    bench.inbox.arrivals
      .filter(({ kind, claims }) => kind === 'reconciliation' && claims['statementDigest'] !== undefined)
      .map(({ body }) => body)
      .at(-1);
  const body = await bench.inbox.wait(find, deadlineMs);
  if (!checks.that('reconciliation: answered', body !== undefined, body?.length, 'a signed answer') || !body) return;
  const opened = openReconciliationAnswer(body, directory, { now: now(), from: peer, to: self });
  if (!checks.that('reconciliation: signature and form', opened.ok, opened.ok ? 'verified' : opened.reason, 'verified') || !opened.ok)
    return;
  checks.that(
    'reconciliation: about this statement',
    matchReconciliation(opened.answer, statement, jws).ok,
    opened.answer.id,
    statement.id,
  );
  checks.equal('reconciliation: held', opened.answer.received.count, 2);
  checks.equal('reconciliation: runs', opened.answer.received.runs, [
    [after + 1, after + 1],
    [after + 3, after + 3],
  ]);
  checks.equal(
    'reconciliation: entries',
    opened.answer.received.entries.map(([sequence]) => sequence),
    [after + 1, after + 3],
  );
  const { receipts } = await bench.deliver(sealed[1]!);
  checkReceipts(checks, bench, sealed[1]!, receipts, { status: 'valid' });
}
