/**
 * An evidence pack in plain words, for somebody who has never seen one: what was sent by whom to whom, what became of it,
 * what is still here. It follows from the pack alone and claims nothing about it: only the verifier judges.
 */
import { manifestIn, receiptIn, translationIn, type EvidenceMessage, type EvidencePack } from './evidence-content.ts';
import type { Manifest } from './manifest.ts';

export const SUMMARY_LANGUAGES = ['en', 'kk', 'ru', 'zh'] as const;
export type SummaryLanguage = (typeof SUMMARY_LANGUAGES)[number];

interface Words {
  readonly title: string;
  readonly role: Record<EvidenceMessage['role'], string>;
  readonly unreadable: string;
  readonly message: (m: Manifest) => string;
  readonly test: string;
  readonly part: (name: string, octets: number, digest: string) => string;
  readonly present: string;
  readonly absent: string;
  readonly translation: (read: string, projection: string | undefined, written: string, data: string) => string;
  readonly receipt: (issuer: string, at: string, levels: string, status: string, faults: number) => string;
  readonly noReceipt: string;
  readonly status: Readonly<Record<string, string>>;
  readonly log: (index: number, size: number) => string;
  readonly timestamped: string;
  readonly noLog: string;
  readonly events: (gateway: string, count: number) => string;
  readonly keys: string;
  readonly check: readonly string[];
}

const WORDS: Record<SummaryLanguage, Words> = {
  en: {
    title: 'Evidence of a message',
    role: { subject: 'The message in question', source: 'The message it was made of', made: 'A message made of it' },
    unreadable: 'Its signed manifest cannot be read.',
    message: (m) =>
      `${m.messageId}, sent by ${m.from.party} to ${m.to.party}, type ${m.messageType.type} ${m.messageType.version}, created ${m.created}.`,
    test: 'It is a test message.',
    part: (name, octets, digest) => `Document "${name}", ${octets} octets, SHA-256 ${digest}:`,
    present: 'in this file.',
    absent: 'no longer here; only its digest remains, and the signature over it.',
    translation: (read, projection, written, data) =>
      `Made of its source by machine: read by mapping ${read}${projection === undefined ? '' : `, turned by projection ${projection}`}, written by mapping ${written}, reference data ${data}.`,
    receipt: (issuer, at, levels, status, faults) =>
      `Receipt of ${issuer} (${levels}), ${at}: ${status}${faults > 0 ? `, ${faults} findings` : ''}.`,
    noReceipt: 'No receipt.',
    status: {
      stored: 'stored',
      valid: 'technically valid',
      accepted: 'accepted',
      refused: 'refused',
      released: 'released',
      held: 'held',
      inspection: 'inspection',
      cancelled: 'cancelled',
    },
    log: (index, size) => `Entry ${index + 1} of ${size} under a signed root of the message log.`,
    timestamped: ' A third party put a timestamp on it.',
    noLog: 'Not yet under a signed root of the message log: its time rests on what the parties say.',
    events: (gateway, count) => `${count} lines of the journal of ${gateway} (pack.json) are its own account; nobody signed them.`,
    keys: 'Key documents',
    check: [
      'Check this file with: landbridge verify FILE --trust TRUST',
      'Signatures show that the holder of a key signed. Who holds which key, this file alone cannot show:',
      'compare the fingerprints in TRUST with the parties themselves.',
    ],
  },
  kk: {
    title: 'Хабар туралы дәлелдеме',
    role: { subject: 'Қаралатын хабар', source: 'Ол жасалған бастапқы хабар', made: 'Одан жасалған хабар' },
    unreadable: 'Қол қойылған манифесі оқылмайды.',
    message: (m) =>
      `${m.messageId}, жіберуші ${m.from.party}, алушы ${m.to.party}, түрі ${m.messageType.type} ${m.messageType.version}, жасалған уақыты ${m.created}.`,
    test: 'Бұл — сынақ хабары.',
    part: (name, octets, digest) => `«${name}» құжаты, ${octets} октет, SHA-256 ${digest}:`,
    present: 'осы файлда бар.',
    absent: 'енді жоқ; тек дайджесті мен оған қойылған қолтаңба қалды.',
    translation: (read, projection, written, data) =>
      `Бастапқы хабардан машинамен жасалған: ${read} сәйкестендіруімен оқылды${projection === undefined ? '' : `, ${projection} проекциясымен түрлендірілді`}, ${written} сәйкестендіруімен жазылды, анықтамалық деректер ${data}.`,
    receipt: (issuer, at, levels, status, faults) =>
      `${issuer} түбіртегі (${levels}), ${at}: ${status}${faults > 0 ? `, ескертулер саны ${faults}` : ''}.`,
    noReceipt: 'Түбіртек жоқ.',
    status: {
      stored: 'сақталды',
      valid: 'техникалық жағынан дұрыс',
      accepted: 'қабылданды',
      refused: 'қабылданбады',
      released: 'шығарылды',
      held: 'кідіртілді',
      inspection: 'тексеруде',
      cancelled: 'күші жойылды',
    },
    log: (index, size) => `Хабарлар журналының қол қойылған түбіріндегі ${size} жазбаның ${index + 1}-сі.`,
    timestamped: ' Оған үшінші тарап уақыт белгісін қойған.',
    noLog: 'Хабарлар журналының қол қойылған түбіріне әлі енген жоқ: уақыты тараптардың сөзіне ғана сүйенеді.',
    events: (gateway, count) => `${gateway} журналының ${count} жолы (pack.json) — оның өз мәлімдемесі; оларға ешкім қол қоймаған.`,
    keys: 'Кілт құжаттары',
    check: [
      'Бұл файлды тексеру: landbridge verify ФАЙЛ --trust СЕНІМ',
      'Қолтаңба кілт иесінің қол қойғанын көрсетеді. Қай кілт кімдікі екенін бұл файл жалғыз өзі көрсете алмайды:',
      'СЕНІМ файлындағы саусақ іздерін тараптардың өзімен салыстырыңыз.',
    ],
  },
  ru: {
    title: 'Доказательства по сообщению',
    role: { subject: 'Рассматриваемое сообщение', source: 'Сообщение, из которого оно сделано', made: 'Сообщение, сделанное из него' },
    unreadable: 'Его подписанный манифест не читается.',
    message: (m) =>
      `${m.messageId}, отправитель ${m.from.party}, получатель ${m.to.party}, тип ${m.messageType.type} ${m.messageType.version}, создано ${m.created}.`,
    test: 'Это тестовое сообщение.',
    part: (name, octets, digest) => `Документ «${name}», октетов: ${octets}, SHA-256 ${digest}:`,
    present: 'находится в этом файле.',
    absent: 'больше не хранится; остались его дайджест и подпись под ним.',
    translation: (read, projection, written, data) =>
      `Сделано из исходного машиной: прочитано отображением ${read}${projection === undefined ? '' : `, преобразовано проекцией ${projection}`}, записано отображением ${written}, справочные данные ${data}.`,
    receipt: (issuer, at, levels, status, faults) =>
      `Квитанция ${issuer} (${levels}), ${at}: ${status}${faults > 0 ? `, замечаний: ${faults}` : ''}.`,
    noReceipt: 'Квитанции нет.',
    status: {
      stored: 'сохранено',
      valid: 'технически верно',
      accepted: 'принято',
      refused: 'отклонено',
      released: 'выпущено',
      held: 'задержано',
      inspection: 'досмотр',
      cancelled: 'отменено',
    },
    log: (index, size) => `Запись ${index + 1} из ${size} под подписанным корнем журнала сообщений.`,
    timestamped: ' На нём стоит отметка времени третьей стороны.',
    noLog: 'Ещё не под подписанным корнем журнала сообщений: время известно только со слов сторон.',
    events: (gateway, count) => `Строки журнала ${gateway} (pack.json), числом ${count}, — его собственный отчёт; их никто не подписывал.`,
    keys: 'Документы ключей',
    check: [
      'Проверить этот файл: landbridge verify ФАЙЛ --trust ДОВЕРИЕ',
      'Подпись показывает, что подписал владелец ключа. Кто владеет каким ключом, один этот файл показать не может:',
      'сверьте отпечатки в файле ДОВЕРИЕ с самими участниками.',
    ],
  },
  zh: {
    title: '报文证据',
    role: { subject: '所涉报文', source: '其来源报文', made: '由其生成的报文' },
    unreadable: '其签名清单无法读取。',
    message: (m) =>
      `${m.messageId},由 ${m.from.party} 发给 ${m.to.party},类型 ${m.messageType.type} ${m.messageType.version},创建于 ${m.created}。`,
    test: '这是测试报文。',
    part: (name, octets, digest) => `文件“${name}”,${octets} 字节,SHA-256 ${digest}:`,
    present: '在本文件中。',
    absent: '已不在此处;仅保留其摘要及对摘要的签名。',
    translation: (read, projection, written, data) =>
      `由来源报文自动生成:按映射 ${read} 读取${projection === undefined ? '' : `,按投影 ${projection} 转换`},按映射 ${written} 写出,参考数据 ${data}。`,
    receipt: (issuer, at, levels, status, faults) =>
      `${issuer} 的签收回执(${levels}),${at}:${status}${faults > 0 ? `,${faults} 条问题` : ''}。`,
    noReceipt: '没有签收回执。',
    status: {
      stored: '已存储',
      valid: '技术上有效',
      accepted: '已接受',
      refused: '拒收',
      released: '已放行',
      held: '已扣留',
      inspection: '查验',
      cancelled: '已撤销',
    },
    log: (index, size) => `在报文日志的签名根下,共 ${size} 条中的第 ${index + 1} 条。`,
    timestamped: '该签名根带有第三方时间戳。',
    noLog: '尚未归入报文日志的签名根:其时间仅凭各方陈述。',
    events: (gateway, count) => `${gateway} 日志的 ${count} 行(pack.json)为其单方记录,未经任何人签名。`,
    keys: '密钥文件',
    check: [
      '核验本文件:landbridge verify 文件 --trust 信任文件',
      '签名表明某密钥的持有者签了名。密钥由谁持有,仅凭本文件无法证明:',
      '请与各方当面核对信任文件中的指纹。',
    ],
  },
};

/** The summary in every language. */
export function summaries(pack: EvidencePack): Record<SummaryLanguage, string> {
  const all = SUMMARY_LANGUAGES.map((language) => [language, summary(pack, WORDS[language])] as const);
  return Object.fromEntries(all) as Record<SummaryLanguage, string>;
}

function summary(pack: EvidencePack, words: Words): string {
  const keys = pack.keys.map(({ party, version, form }) => `${party} ${version}${form === 'compromised' ? ' (!)' : ''}`).join(', ');
  const events = pack.messages.reduce((sum, message) => sum + message.events.length, 0);
  const blocks = [
    [words.title],
    ...pack.messages.map((message) => block(message, words)),
    [`${words.keys}: ${keys}.`, words.events(pack.gateway, events)],
    words.check,
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function block({ role, jws, parts, translation, proof, receipts }: EvidenceMessage, words: Words): string[] {
  const manifest = manifestIn(jws)?.manifest;
  if (!manifest) return [words.role[role], `  ${words.unreadable}`];
  const here = new Set(parts.map(({ name }) => name));
  const statement = translation && translationIn(translation);
  const lines = [
    words.message(manifest),
    ...(manifest.test ? [words.test] : []),
    ...manifest.parts.map(
      ({ name, byteLength, digest }) => `${words.part(name, byteLength, digest)} ${here.has(name) ? words.present : words.absent}`,
    ),
    ...(statement
      ? [
          words.translation(
            `${statement.readBy.id} ${statement.readBy.version}`,
            statement.projection,
            `${statement.writtenBy.id} ${statement.writtenBy.version}`,
            statement.referenceDataVersion,
          ),
        ]
      : []),
    ...(receipts.length === 0 ? [words.noReceipt] : receipts.flatMap((one) => receiptLine(one.jws, words))),
    proof ? words.log(proof.index, proof.size) + (proof.timestamp ? words.timestamped : '') : words.noLog,
  ];
  return [words.role[role], ...lines.map((line) => `  ${line}`)];
}

function receiptLine(jws: Buffer, words: Words): string[] {
  const receipt = receiptIn(jws);
  if (!receipt) return [];
  const { issuer, issued, levels, status, issueCount } = receipt;
  return [words.receipt(issuer, issued, levels.join(' '), words.status[status] ?? status, issueCount)];
}
