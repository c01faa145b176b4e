import postcss from 'postcss';
import type { Plugin, Rolldown } from 'vite';

/** Components of the library that no screen uses: their styles are left out. Whoever uses one takes it out here; the build says so. */
const UNUSED = [
  'affix',
  'anchor',
  'avatar',
  'badge',
  'border-beam',
  'breadcrumb',
  'carousel',
  'cascader',
  'image',
  'listy',
  'masonry',
  'mentions',
  'rate',
  'result',
  'slider',
  'splitter',
  'transfer',
  'tree-select',
  'upload',
];

/** What stands in brackets (`:not(…)`) only says more about an element that the rest of the selector names. */
const ofUnused = (selector: string): boolean =>
  [...selector.replaceAll(/\(.*?\)/g, '').matchAll(/\.ant-([a-z-]+)/g)].some(([, name = '']) =>
    UNUSED.some((one) => name === one || name.startsWith(`${one}-`)),
  );

/** Variables of the page on which the library's makers built the sheet; ours are set while running, by the theme. */
const ofTheirBuild = (selector: string): boolean => selector.includes('.css-var-_R_') || selector === '.data-ant-cssinjs-cache-path';

/**
 * The library's style sheet without what nobody uses. It is built once and comes as a file beside the scripts: computing it in the
 * browser took longer than anything else that the first screen waited for. Colours and sizes are variables, which follow the theme.
 */
export const componentStyles: Plugin = {
  name: 'component-styles',
  enforce: 'pre',
  transform: {
    filter: { id: /antd[\\/]dist[\\/]antd\.css$/ },
    handler: (code) => ({ code: prune(code), map: null }),
  },
  generateBundle(_options, bundle) {
    const chunks = Object.values(bundle).filter((one): one is Rolldown.OutputChunk => one.type === 'chunk');
    const modules = chunks.flatMap((chunk) =>
      Object.entries(chunk.modules).flatMap(([id, { renderedLength }]) => (renderedLength ? [id] : [])),
    );
    const used = UNUSED.filter((name) => modules.some((id) => id.includes(`/antd/es/${name}/`)));
    if (used.length > 0)
      this.error(`Used by a screen, and styled no more: take ${used.join(', ')} out of UNUSED in ${import.meta.filename}.`);
  },
};

function prune(code: string): string {
  const sheet = postcss.parse(code);
  sheet.walkRules((rule) => {
    const kept = rule.selectors.filter((selector) => !ofUnused(selector) && !ofTheirBuild(selector));
    if (kept.length === 0) rule.remove();
    else if (kept.length < rule.selectors.length) rule.selectors = kept;
  });
  return sheet.toString();
}

/** Makes the styles of a component where the library runs; its second argument writes the rules that the style sheet holds. */
const MAKERS = new Set(['genStyleHooks', 'genComponentStyleHook', 'genSubStyleComponent']);

/** The scripts without what writes styles: the browser need not even read it. */
export const withoutStyleWriters: Plugin = {
  name: 'without-style-writers',
  transform: {
    filter: { id: /antd[\\/]es[\\/].*style[\\/].*\.js$/, code: /gen(StyleHooks|ComponentStyleHook|SubStyleComponent)\(/ },
    handler(code) {
      const writers = callsIn(this.parse(code)).flatMap(({ callee, arguments: [, writer] }) =>
        MAKERS.has(callee.name ?? '') && writer ? [writer] : [],
      );
      const cut = (text: string, { start, end }: Span) => `${text.slice(0, start)}() => []${text.slice(end)}`;
      return { code: writers.toSorted((one, other) => other.start - one.start).reduce(cut, code), map: null };
    },
  },
};

interface Span {
  readonly start: number;
  readonly end: number;
}
interface Call extends Span {
  readonly type: 'CallExpression';
  readonly callee: { readonly name?: string };
  readonly arguments: readonly Span[];
}

function callsIn(node: unknown): readonly Call[] {
  if (typeof node !== 'object' || node === null) return [];
  const here = (node as { type?: string }).type === 'CallExpression' ? [node as Call] : [];
  return [...here, ...Object.values(node).flatMap(callsIn)];
}
