/** Each under its own name in its own script. English is the source: the others must have exactly its keys (languages.spec.ts). */
export const LANGUAGES = { 'zh-CN': '中文', en: 'English', ru: 'Русский', kk: 'Қазақша' } as const;
export type Language = keyof typeof LANGUAGES;

const FILES: Readonly<Record<Language, () => Promise<{ readonly default: object }>>> = {
  'zh-CN': () => import('./zh-CN.json', { with: { type: 'json' } }),
  en: () => import('./en.json', { with: { type: 'json' } }),
  ru: () => import('./ru.json', { with: { type: 'json' } }),
  kk: () => import('./kk.json', { with: { type: 'json' } }),
};

/** Only the texts of the reader's language are loaded. */
export const textsOf = async (language: Language): Promise<object> => (await FILES[language]()).default;

const STORED = 'landbridge.language';

/** What this browser's user chose here, or reads at all. */
export function wanted(): Language {
  const known = Object.keys(LANGUAGES) as Language[];
  const asked = [localStorage.getItem(STORED), ...navigator.languages].flatMap((tag) => tag ?? []);
  const found = asked.flatMap((tag) => known.find((one) => one === tag || one.split('-')[0] === tag.split('-')[0]) ?? []);
  return found[0] ?? 'en';
}

export const choose = (language: Language): void => localStorage.setItem(STORED, language);
