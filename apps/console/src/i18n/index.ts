import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { choose, textsOf, wanted, type Language } from './languages.ts';

export { LANGUAGES, type Language } from './languages.ts';

export async function startLanguages(): Promise<void> {
  const language = wanted();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: await textsOf(language) } },
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
  choose(language);
  if (!i18next.hasResourceBundle(language, 'translation')) i18next.addResourceBundle(language, 'translation', await textsOf(language));
  await i18next.changeLanguage(language);
}
