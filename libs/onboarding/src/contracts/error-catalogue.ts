import { ERROR_LANGUAGES, ERRORS, errorWords, type ErrorCode, type ErrorLanguage } from '#model';

type Words = ReturnType<typeof errorWords>;
export interface PublishedError {
  readonly origin: string;
  readonly disposition: string;
  readonly status: number;
  readonly words: Readonly<Record<ErrorLanguage, Words>>;
}

const CODES = Object.keys(ERRORS) as ErrorCode[];

/** The catalogue of errors with its words in every language. */
export function errorCatalogue(): Record<string, PublishedError> {
  const words = (code: ErrorCode) => Object.fromEntries(ERROR_LANGUAGES.map((language) => [language, errorWords(code, language)]));
  return Object.fromEntries(
    CODES.map((code) => {
      const { origin, disposition, status } = ERRORS[code];
      return [code, { origin, disposition, status, words: words(code) as PublishedError['words'] }];
    }),
  );
}

const HEADS: Readonly<Record<ErrorLanguage, readonly [title: string, ...columns: string[]]>> = {
  'zh-CN': ['错误目录', '代码', 'HTTP', '谁来处理', '如何处置', '含义', '怎么办'],
  en: ['Error catalogue', 'code', 'HTTP', 'who has to act', 'what becomes of it', 'meaning', 'what to do'],
  ru: ['Каталог ошибок', 'код', 'HTTP', 'кто действует', 'что будет', 'значение', 'что делать'],
  kk: ['Қателер каталогы', 'код', 'HTTP', 'кім әрекет етеді', 'не болады', 'мағынасы', 'не істеу керек'],
};

/** The catalogue as a table in Markdown. */
export function errorTable(language: ErrorLanguage): string {
  const [title, ...columns] = HEADS[language];
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const rows = CODES.map((code) => {
    const { origin, disposition, status } = ERRORS[code];
    const { text, action } = errorWords(code, language);
    return [`\`${code}\``, String(status), origin, disposition, cell(text), cell(action)];
  });
  return [`# ${title}`, '', ...[columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`), ''].join('\n');
}
