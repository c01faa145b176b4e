import type { EvidenceOutcome, SummaryLanguage } from '#trust';

/** What `verify --lang` says around the summary of a pack. */
export interface VerdictWords {
  readonly outcome: Readonly<Record<EvidenceOutcome, string>>;
  readonly provenAt: (gateway: string, at: string) => string;
  readonly stampVerified: (at: string) => string;
  readonly stampRefused: string;
  readonly stampUnjudged: string;
  readonly pinned: string;
  readonly unpinned: string;
  readonly findings: string;
}

export const VERDICT_WORDS: Readonly<Record<SummaryLanguage, VerdictWords>> = {
  en: {
    outcome: {
      intact: 'Intact: every signature is good and everything is here.',
      purged: 'Intact, but documents are no longer in it; their digests are signed.',
      signature: 'NOT intact: a signature or the file is not what it was.',
      receipt: 'The receipt of the addressee is missing.',
      key: 'A key was not valid then, or nobody you trust vouches for it.',
      time: 'Signatures are good, but the time is not proven.',
    },
    provenAt: (gateway, at) => `It was in the signed log of ${gateway} at ${at}.`,
    stampVerified: (at) => `A time-stamping authority you trust confirms the log at ${at}.`,
    stampRefused: 'A time-stamp in it does not hold against the certificates you gave.',
    stampUnjudged: 'It holds a time-stamp of a third party. Not verified: no certificates of the authority were given (--tsa-ca).',
    pinned: 'Keys were held against those you gave.',
    unpinned: 'Keys were taken from the file itself: that shows that it is whole, not who signed it (--trust).',
    findings: 'Findings:',
  },
  kk: {
    outcome: {
      intact: 'Бүтін: барлық қолтаңба дұрыс, бәрі осында.',
      purged: 'Бүтін, бірақ құжаттар енді онда жоқ; олардың дайджестеріне қол қойылған.',
      signature: 'БҮТІН ЕМЕС: қолтаңба немесе файл өзгертілген.',
      receipt: 'Алушының түбіртегі жоқ.',
      key: 'Кілт ол кезде жарамды болмаған немесе сіз сенетін ешкім оны растамайды.',
      time: 'Қолтаңбалар дұрыс, бірақ уақыты дәлелденбеген.',
    },
    provenAt: (gateway, at) => `${at} кезінде ${gateway} қол қойған журналда болған.`,
    stampVerified: (at) => `Сіз сенетін уақыт белгісі орталығы журналды ${at} уақытымен растайды.`,
    stampRefused: 'Ондағы уақыт белгісі сіз берген сертификаттармен расталмайды.',
    stampUnjudged: 'Онда үшінші тараптың уақыт белгісі бар. Тексерілмеді: орталықтың сертификаттары берілмеген (--tsa-ca).',
    pinned: 'Кілттер сіз берген кілттермен салыстырылды.',
    unpinned: 'Кілттер файлдың өзінен алынды: бұл оның бүтіндігін көрсетеді, кім қол қойғанын емес (--trust).',
    findings: 'Табылғаны:',
  },
  ru: {
    outcome: {
      intact: 'Цел: все подписи верны, всё на месте.',
      purged: 'Цел, но документов в нём больше нет; их дайджесты подписаны.',
      signature: 'НЕ цел: подпись или файл изменены.',
      receipt: 'Нет квитанции получателя.',
      key: 'Ключ тогда не действовал, или никто из тех, кому вы доверяете, за него не ручается.',
      time: 'Подписи верны, но время не доказано.',
    },
    provenAt: (gateway, at) => `Находилось в подписанном журнале ${gateway} на момент ${at}.`,
    stampVerified: (at) => `Служба отметок времени, которой вы доверяете, подтверждает журнал на момент ${at}.`,
    stampRefused: 'Отметка времени в нём не подтверждается данными вами сертификатами.',
    stampUnjudged: 'В нём есть отметка времени третьей стороны. Не проверена: сертификаты службы не указаны (--tsa-ca).',
    pinned: 'Ключи сверены с указанными вами.',
    unpinned: 'Ключи взяты из самого файла: это показывает, что он цел, но не кто подписал (--trust).',
    findings: 'Обнаружено:',
  },
  zh: {
    outcome: {
      intact: '完整:所有签名有效,内容齐全。',
      purged: '完整,但文件已不在其中;其摘要已签名。',
      signature: '不完整:签名或文件已被改动。',
      receipt: '缺少收件方的签收回执。',
      key: '密钥当时无效,或您所信任者均未为其担保。',
      time: '签名有效,但时间未得到证明。',
    },
    provenAt: (gateway, at) => `于 ${at} 已在 ${gateway} 的签名日志中。`,
    stampVerified: (at) => `您所信任的时间戳机构确认该日志的时间为 ${at}。`,
    stampRefused: '其中的时间戳无法用您给出的证书验证。',
    stampUnjudged: '其中有第三方时间戳。未核验:未给出该机构的证书(--tsa-ca)。',
    pinned: '密钥已与您给出的密钥核对。',
    unpinned: '密钥取自文件本身:只能表明文件完整,不能表明由谁签名(--trust)。',
    findings: '发现:',
  },
};
