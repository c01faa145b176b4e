import { ERRORS, type ErrorCode } from '../errors.ts';
import { KK } from './kk.ts';
import { RU } from './ru.ts';
import { ZH_CN } from './zh-cn.ts';

/** What is wrong and what to do, of every code; the compiler finds one that is missing. */
export type ErrorTexts = Readonly<Record<ErrorCode, readonly [text: string, action: string]>>;
export const ERROR_LANGUAGES = ['zh-CN', 'en', 'ru', 'kk'] as const;
export type ErrorLanguage = (typeof ERROR_LANGUAGES)[number];

const OTHERS: Readonly<Record<Exclude<ErrorLanguage, 'en'>, ErrorTexts>> = { 'zh-CN': ZH_CN, ru: RU, kk: KK };

/** The words of a code in a language, for people; programs decide by the code. English is the catalogue itself. */
export function errorWords(code: ErrorCode, language: ErrorLanguage): { readonly text: string; readonly action: string } {
  if (language === 'en') return { text: ERRORS[code].text, action: ERRORS[code].action };
  const [text, action] = OTHERS[language][code];
  return { text, action };
}
