import { statSync } from 'node:fs';

/** The programs, and where the compiled sources of each begin. */
export const PROGRAMS = {
  landbridge: 'dist/apps/cli/src/main.js',
  gateway: 'dist/apps/gateway/src/main.js',
  'aside.worker': 'dist/apps/gateway/src/aside.worker.js',
  contracts: 'dist/apps/gateway/src/contracts.main.js',
  simulator: 'dist/apps/simulator/src/main.js',
};
/** Here scripts/build-programs.mjs puts them, each with all it imports. */
export const BUILT = 'dist/programs';

const at = (path) => new URL(`../${path}`, import.meta.url);
const changed = (path) => statSync(at(path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Whether the program was built from what is compiled now: not after a `tsc` alone. */
export const isBuilt = (name) => changed(`${BUILT}/${name}.js`) > changed('dist/.tsbuildinfo');

/** Loads and runs a program as it was built, or else module by module, which takes seconds. */
export async function runProgram(name) {
  await import(at(isBuilt(name) ? `${BUILT}/${name}.js` : PROGRAMS[name]).href);
}
