import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

/** Each under its own name in its own script. English is the source: the others must have exactly its keys (languages.spec.ts). */
export const LANGUAGES = { 'zh-CN': '中文', en: 'English', ru: 'Русский', kk: 'Қазақша' } as const;
export type Language = keyof typeof LANGUAGES;

/** Only the texts of the reader's language are loaded. */
const TEXTS: Readonly<Record<Language, () => Promise<{ readonly default: object }>>> = {
  'zh-CN': () => import('./zh-CN.json', { with: { type: 'json' } }),
  en: () => import('./en.json', { with: { type: 'json' } }),
  ru: () => import('./ru.json', { with: { type: 'json' } }),
  kk: () => import('./kk.json', { with: { type: 'json' } }),
};

const STORED = 'landbridge.language';

function wanted(): Language {
  const known = Object.keys(LANGUAGES) as Language[];
  const asked = [localStorage.getItem(STORED), ...navigator.languages].flatMap((tag) => tag ?? []);
  const found = asked.flatMap((tag) => known.find((one) => one === tag || one.split('-')[0] === tag.split('-')[0]) ?? []);
  return found[0] ?? 'en';
}

export async function startLanguages(): Promise<void> {
  const language = wanted();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: (await TEXTS[language]()).default } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  tellDocument(i18next.language);
  i18next.on('languageChanged', tellDocument);
}

function tellDocument(language: string): void {
  document.documentElement.lang = language;
}

export async function speak(language: Language): Promise<void> {
  localStorage.setItem(STORED, language);
  if (!i18next.hasResourceBundle(language, 'translation'))
    i18next.addResourceBundle(language, 'translation', (await TEXTS[language]()).default);
  await i18next.changeLanguage(language);
}
