import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from './en.json' with { type: 'json' };
import kk from './kk.json' with { type: 'json' };
import ru from './ru.json' with { type: 'json' };
import zh from './zh-CN.json' with { type: 'json' };

/** Each under its own name in its own script. English is the source: the others must have exactly its keys (languages.spec.ts). */
export const LANGUAGES = { 'zh-CN': '中文', en: 'English', ru: 'Русский', kk: 'Қазақша' } as const;
export type Language = keyof typeof LANGUAGES;

const STORED = 'landbridge.language';

function wanted(): Language {
  const known = Object.keys(LANGUAGES) as Language[];
  const asked = [localStorage.getItem(STORED), ...navigator.languages].flatMap((tag) => tag ?? []);
  const found = asked.flatMap((tag) => known.find((one) => one === tag || one.split('-')[0] === tag.split('-')[0]) ?? []);
  return found[0] ?? 'en';
}

export async function startLanguages(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: wanted(),
    fallbackLng: false,
    resources: { en: { translation: en }, 'zh-CN': { translation: zh }, ru: { translation: ru }, kk: { translation: kk } },
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
  await i18next.changeLanguage(language);
}
