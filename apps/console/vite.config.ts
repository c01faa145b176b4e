import { join } from 'node:path';
import { defineConfig, type Plugin, type Rolldown } from 'vite';
import { componentStyles, withoutStyleWriters } from './build/component-styles.ts';

/** The program behind the small entry (src/main.ts). */
const START = 'src/start.tsx';
/** What the entry itself needs. Nothing else may stand in its file: it asks the gateway while the rest still comes. */
const FIRST =
  /vite\/preload-helper|console\/src\/(main\.ts|csp\.ts|api\/(client|session)\.ts|i18n\/languages\.ts|screens\/files\.ts|shell\/screens\.ts)$/;
const notFirst = (id: string): boolean => !FIRST.test(id);

/** Few files rather than many small ones, which wait for each other: the entry, what every screen needs, and what several screens share. */
const GROUPS: Rolldown.CodeSplittingGroup[] = [
  { name: 'first', test: FIRST, priority: 2 },
  { name: 'base', tags: ['$initial'], test: notFirst, priority: 1 },
  { name: 'part', test: notFirst, minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 40_000 },
];

/** The page names what the entry imports and asks a moment later, so that everything comes at once. */
const preloadStart: Plugin = {
  name: 'preload-start',
  transformIndexHtml: {
    order: 'post',
    handler: (html, { bundle = {} }) => {
      const chunk = (name: string) => bundle[name] as Rolldown.OutputChunk | undefined;
      const names = new Set(Object.keys(bundle).filter((name) => chunk(name)?.facadeModuleId?.endsWith(START)));
      for (const name of names) for (const further of chunk(name)?.imports ?? []) names.add(further);
      const files = [...names].map((name) => `/console/${name}`).filter((href) => !html.includes(href));
      const links: Record<string, string>[] = [
        { rel: 'preload', as: 'fetch', href: '/api/session' },
        ...files.map((href) => ({ rel: 'modulepreload', href })),
      ];
      return links.map((attrs) => ({ tag: 'link', attrs: { ...attrs, crossorigin: true }, injectTo: 'head' as const }));
    },
  },
};

/** The gateway serves the built files under /console/ with a strict content security policy: nothing inline, nothing from elsewhere. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [componentStyles, withoutStyleWriters, preloadStart],
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2023',
    // Fonts and pictures stay files: the policy allows no data: sources for scripts and styles.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      input: ['index.html', START].map((file) => join(import.meta.dirname, file)),
      output: {
        codeSplitting: { groups: GROUPS },
        chunkFileNames: ({ name }) => `assets/${name.split('~', 1)[0]}-[hash].js`,
      },
      // "use client" marks of the component library say nothing to a bundle for browsers.
      onwarn: (warning, warn) => void (warning.code !== 'MODULE_LEVEL_DIRECTIVE' && warn(warning)),
    },
  },
});
