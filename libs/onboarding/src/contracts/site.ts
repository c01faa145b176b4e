import { Marked } from 'marked';
import { describeIndex, describeMapping, type CompiledMapping } from '#formats/tools';
import { ERROR_LANGUAGES, type ErrorLanguage } from '#model';
import { errorCatalogue, errorTable } from './error-catalogue.ts';
import { publishedSchemas } from './schemas.ts';

/** One file of the published contracts, whichever way it is served. */
export interface SitePage {
  /** Below the root of the site, with slashes. */
  readonly path: string;
  readonly type: 'text/html; charset=utf-8' | 'application/json; charset=utf-8' | 'text/markdown; charset=utf-8';
  /** Made when asked for. */
  readonly text: () => string;
  /** Tells how this installation was set up (its mappings, partners' overlays among them): for those who may read mappings. */
  readonly ofInstallation: boolean;
}

export interface SiteSources {
  readonly openapi: object;
  readonly asyncapi: object;
  readonly mappings: readonly CompiledMapping[];
  /** The protocol documents, in Markdown, by file name. */
  readonly protocols: readonly { readonly name: string; readonly text: string }[];
  /** How mapping tables are to be read, in Markdown. */
  readonly mappingLanguage: string;
}

const WORDS: Readonly<
  Record<ErrorLanguage, Readonly<Record<'title' | 'http' | 'queues' | 'errors' | 'schemas' | 'mappings' | 'protocols' | 'data', string>>>
> = {
  'zh-CN': {
    title: 'Landbridge 接口契约',
    http: 'HTTP 接口（OpenAPI 3.1）',
    queues: '队列、信箱和文件夹（AsyncAPI 3）',
    errors: '错误目录',
    schemas: '规范报文与签名内容的 JSON Schema',
    mappings: '映射表',
    protocols: '协议文件',
    data: '机读文件',
  },
  en: {
    title: 'Landbridge contracts',
    http: 'HTTP API (OpenAPI 3.1)',
    queues: 'Queues, mailbox and folders (AsyncAPI 3)',
    errors: 'Error catalogue',
    schemas: 'JSON Schemas of canonical messages and of what is signed',
    mappings: 'Mapping tables',
    protocols: 'Protocol documents',
    data: 'for programs',
  },
  ru: {
    title: 'Контракты Landbridge',
    http: 'HTTP API (OpenAPI 3.1)',
    queues: 'Очереди, почтовый ящик и папки (AsyncAPI 3)',
    errors: 'Каталог ошибок',
    schemas: 'JSON Schema канонических сообщений и подписанного содержания',
    mappings: 'Таблицы отображений',
    protocols: 'Документы протокола',
    data: 'для программ',
  },
  kk: {
    title: 'Landbridge келісімшарттары',
    http: 'HTTP API (OpenAPI 3.1)',
    queues: 'Кезектер, пошта жәшігі және қалталар (AsyncAPI 3)',
    errors: 'Қателер каталогы',
    schemas: 'Канондық хабарлар мен қол қойылған мазмұнның JSON Schema сызбалары',
    mappings: 'Сәйкестендіру кестелері',
    protocols: 'Хаттама құжаттары',
    data: 'бағдарламаларға',
  },
};

/** Everything partners and programs may rely on, as pages for people and files for programs; no data of messages and no secret is in any. */
export function contractSite({ openapi, asyncapi, mappings, protocols, mappingLanguage }: SiteSources): SitePage[] {
  const schemas = Object.entries(publishedSchemas());
  const json = (path: string, value: unknown) => page(path, 'application/json; charset=utf-8', () => `${JSON.stringify(value, null, 1)}\n`);
  const html = (path: string, markdown: () => string, language = 'en') =>
    page(path, 'text/html; charset=utf-8', () => rendered(markdown(), path, language));
  const formats = mappings.map((mapping) => html(`formats/${mapping.ref.id}.html`, () => describeMapping(mapping)));
  return [
    ...ERROR_LANGUAGES.map((language) => html(`index.${language}.html`, () => index(language, protocols), language)),
    html('index.html', () => index('en', protocols)),
    json('openapi.json', openapi),
    json('asyncapi.json', asyncapi),
    json('errors.json', errorCatalogue()),
    ...ERROR_LANGUAGES.map((language) => html(`errors.${language}.html`, () => errorTable(language), language)),
    json('schemas/all.json', Object.fromEntries(schemas)),
    html('schemas/index.html', () => schemaIndex(schemas.map(([name]) => name))),
    ...schemas.map(([name, schema]) => json(`schemas/${name}.json`, schema)),
    ...protocols.flatMap(({ name, text }) => [
      html(`protocols/${name.replace(/\.md$/, '.html')}`, () => text),
      page(`protocols/${name}`, 'text/markdown; charset=utf-8', () => text),
    ]),
    html('mapping-language.html', () => mappingLanguage),
    ...[html('formats/index.html', () => describeIndex(mappings)), ...formats].map((one) => ({ ...one, ofInstallation: true })),
  ];
}

const page = (path: string, type: SitePage['type'], text: () => string): SitePage => ({ path, type, text, ofInstallation: false });

function index(language: ErrorLanguage, protocols: SiteSources['protocols']): string {
  const words = WORDS[language];
  return [
    `# ${words.title}`,
    '',
    ERROR_LANGUAGES.map((other) => (other === language ? other : `[${other}](index.${other}.html)`)).join(' · '),
    '',
    `- ${words.http}: [openapi.json](openapi.json)`,
    `- ${words.queues}: [asyncapi.json](asyncapi.json)`,
    `- [${words.errors}](errors.${language}.html), ${words.data}: [errors.json](errors.json)`,
    `- [${words.schemas}](schemas/index.html)`,
    `- [${words.mappings}](formats/index.html)`,
    `- ${words.protocols}:`,
    ...protocols.map(({ name }) => `  - [${name.replace(/\.md$/, '')}](protocols/${name})`),
    '',
  ].join('\n');
}

const schemaIndex = (names: readonly string[]): string =>
  ['# JSON Schema', '', ...names.map((name) => `- [${name}](${name}.json)`), ''].join('\n');

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem}table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.2rem .5rem;vertical-align:top;text-align:left}code{background:#f3f3f3}pre{overflow:auto;background:#f3f3f3;padding:1rem}';
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
/** Our own texts and those of mapping files: what looks like markup in them is shown, not obeyed. */
const MARKDOWN = new Marked({ renderer: { html: ({ text }) => escaped(text) } });

function rendered(markdown: string, path: string, language: string): string {
  const title = /^# (.*)$/m.exec(markdown)?.[1] ?? path;
  const body = (MARKDOWN.parse(markdown, { async: false }) as string)
    .replace(/href="(?!\w+:)([^"]*?)README\.md/g, 'href="$1index.html')
    .replace(/href="(?!\w+:)([^"#]*)\.md/g, 'href="$1.html');
  return `<!doctype html>\n<html lang="${language}"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style></head>\n<body>\n${body}</body></html>\n`;
}
