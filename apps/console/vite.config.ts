import { defineConfig } from 'vite';

/** The gateway serves the built files under /console/ with a strict content security policy: nothing inline, nothing from elsewhere. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2023',
    // Fonts and pictures stay files: the policy allows no data: sources for scripts and styles.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      // "use client" marks of the component library say nothing to a bundle for browsers.
      onwarn: (warning, warn) => void (warning.code !== 'MODULE_LEVEL_DIRECTIVE' && warn(warning)),
    },
  },
});
