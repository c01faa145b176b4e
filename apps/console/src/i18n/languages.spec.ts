import en from './en.json';
import kk from './kk.json';
import ru from './ru.json';
import zh from './zh-CN.json';

type Texts = { readonly [key: string]: string | Texts };

/** Every key with its text, without the plural ending (one, few, many, other), which differs by language. */
function entries(texts: Texts, path = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[`${path}${key}`.replace(/_(one|few|many|other)$/, '#'), value] as [string, string]]
      : entries(value, `${path}${key}.`),
  );
}
const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
const plurals = (texts: Texts): string[] => {
  const found = new Map<string, string[]>();
  const walk = (part: Texts, path: string): void => {
    for (const [key, value] of Object.entries(part)) {
      if (typeof value !== 'string') walk(value, `${path}${key}.`);
      const [, stem, form] = /^(.*)_(one|few|many|other)$/.exec(key) ?? [];
      if (stem && form) found.set(path + stem, [...(found.get(path + stem) ?? []), form]);
    }
  };
  walk(texts, '');
  return [...found].map(([key, forms]) => `${key}: ${forms.sort().join()}`).sort();
};

const english = new Map(entries(en as Texts));

describe.each<[string, Texts]>([
  ['zh-CN', zh as Texts],
  ['ru', ru as Texts],
  ['kk', kk as Texts],
])('the console in %s', (language, texts) => {
  it('has every text of the English one, no more and no less', () => {
    const own = new Set(entries(texts).map(([key]) => key));
    expect([...english.keys()].filter((key) => !own.has(key))).toEqual([]);
    expect([...own].filter((key) => !english.has(key))).toEqual([]);
  });

  it('leaves no text empty and keeps what is filled in', () => {
    const wrong = entries(texts).filter(([key, text]) => text.trim() === '' || holes(text).join() !== holes(english.get(key) ?? '').join());
    expect(wrong).toEqual([]);
  });

  it('has the plural forms of the language', () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted().join();
    expect(plurals(texts).filter((line) => !line.endsWith(`: ${forms}`))).toEqual([]);
  });
});
