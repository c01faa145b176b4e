import { ALERT_MEASURES, type AlertMeasure } from './alerts.ts';

/** The languages of the corridor, in which whoever is alerted reads. */
export const ALERT_LANGUAGES = ['zh-CN', 'en', 'ru', 'kk'] as const;
export type AlertLanguage = (typeof ALERT_LANGUAGES)[number];

/** What an alert is about, as far as its text says it: identifiers and numbers of the gateway, never anything of a message. */
export interface AlertFacts {
  readonly measure: AlertMeasure;
  /** A link, or `key:PARTY:kid` or `certificate:PARTY:kid`. */
  readonly subject: string;
  readonly state: 'pending' | 'firing' | 'resolved';
  readonly value: number;
  readonly limit: number;
}

interface Words {
  readonly resolved: string;
  readonly texts: Readonly<Record<AlertMeasure, string>>;
  readonly units: Readonly<Record<(typeof ALERT_MEASURES)[AlertMeasure]['unit'], string>>;
}

const WORDS: Readonly<Record<AlertLanguage, Words>> = {
  en: {
    resolved: 'Resolved: ',
    texts: {
      'oldest-waiting': 'Link {subject}: the oldest message has been waiting for {value} (limit {limit}).',
      'failure-share': 'Link {subject}: {value} of the newest messages failed (limit {limit}).',
      'unknown-receipts': 'Link {subject}: the receipts of {value} are out (limit {limit}).',
      'deadline-risk': 'Link {subject}: {value} not delivered and close to the deadline (limit {limit}).',
      expiry: '{subject} is valid for {value} more (limit {limit}).',
      'conformance-drift': 'Link {subject}: the endpoint differs from its certificate in {value} (limit {limit}).',
      'link-unused': 'Link {subject}: nothing came or went for {value} (limit {limit}).',
    },
    units: {
      seconds: '{n} s',
      percent: '{n} %',
      messages: '{n} message(s)',
      days: '{n} day(s)',
      hours: '{n} h',
      differences: '{n} point(s)',
    },
  },
  'zh-CN': {
    resolved: '已恢复：',
    texts: {
      'oldest-waiting': '链路 {subject}：最早的报文已等待 {value}（上限 {limit}）。',
      'failure-share': '链路 {subject}：最近报文中有 {value} 失败（上限 {limit}）。',
      'unknown-receipts': '链路 {subject}：{value}尚未收到回执（上限 {limit}）。',
      'deadline-risk': '链路 {subject}：{value}未送达且临近截止时间（上限 {limit}）。',
      expiry: '{subject} 的有效期还剩 {value}（下限 {limit}）。',
      'conformance-drift': '链路 {subject}：端点与其一致性证书有{value}不符（上限 {limit}）。',
      'link-unused': '链路 {subject}：已有 {value}没有任何收发（上限 {limit}）。',
    },
    units: { seconds: '{n} 秒', percent: '{n} %', messages: '{n} 条报文', days: '{n} 天', hours: '{n} 小时', differences: '{n} 处' },
  },
  ru: {
    resolved: 'Устранено: ',
    texts: {
      'oldest-waiting': 'Канал {subject}: самое старое сообщение ожидает {value} (предел {limit}).',
      'failure-share': 'Канал {subject}: доля ошибок среди последних сообщений {value} (предел {limit}).',
      'unknown-receipts': 'Канал {subject}: нет квитанций, {value} (предел {limit}).',
      'deadline-risk': 'Канал {subject}: не доставлено и близок крайний срок, {value} (предел {limit}).',
      expiry: '{subject}: до окончания срока действия {value} (предел {limit}).',
      'conformance-drift': 'Канал {subject}: конечная точка расходится со своим сертификатом ({value}, предел {limit}).',
      'link-unused': 'Канал {subject}: нет обмена {value} (предел {limit}).',
    },
    units: {
      seconds: '{n} с',
      percent: '{n} %',
      messages: 'сообщений: {n}',
      days: '{n} дн.',
      hours: '{n} ч',
      differences: 'расхождений: {n}',
    },
  },
  kk: {
    resolved: 'Қалпына келді: ',
    texts: {
      'oldest-waiting': '{subject} арнасы: ең ескі хабарлама {value} күтіп тұр (шегі {limit}).',
      'failure-share': '{subject} арнасы: соңғы хабарламалардың {value} сәтсіз (шегі {limit}).',
      'unknown-receipts': '{subject} арнасы: түбіртегі жоқ, {value} (шегі {limit}).',
      'deadline-risk': '{subject} арнасы: жеткізілмеген және мерзімі таяу, {value} (шегі {limit}).',
      expiry: '{subject}: жарамдылық мерзімінің аяқталуына {value} қалды (шегі {limit}).',
      'conformance-drift': '{subject} арнасы: соңғы нүкте сертификатынан өзгеше ({value}, шегі {limit}).',
      'link-unused': '{subject} арнасы: {value} бойы алмасу жоқ (шегі {limit}).',
    },
    units: {
      seconds: '{n} с',
      percent: '{n} %',
      messages: 'хабарлама: {n}',
      days: '{n} күн',
      hours: '{n} сағ',
      differences: 'айырмашылық: {n}',
    },
  },
};

/** One line about an alert. */
export function alertText({ measure, subject, state, value, limit }: AlertFacts, language: AlertLanguage): string {
  const { resolved, texts, units } = WORDS[language];
  const unit = units[ALERT_MEASURES[measure].unit];
  const amount = (n: number): string => unit.replace('{n}', new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(n));
  const filled: Readonly<Record<string, string>> = { subject, value: amount(value), limit: amount(limit) };
  const text = texts[measure].replace(/\{(\w+)\}/g, (_, name: string) => filled[name] ?? '');
  return (state === 'resolved' ? resolved : '') + text;
}
