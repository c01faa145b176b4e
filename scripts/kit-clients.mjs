// Writes kit/clients/typescript/landbridge-partner.mjs: the TypeScript client without its types, for Node versions that do not strip them.
import { readFileSync, writeFileSync } from 'node:fs';
import ts from 'typescript';

const SOURCE = 'kit/clients/typescript/landbridge-partner.ts';
const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };
const { outputText } = ts.transpileModule(readFileSync(SOURCE, 'utf8'), { compilerOptions: options, fileName: SOURCE });
const TARGET = SOURCE.replace(/ts$/, 'mjs');
if (!process.argv.includes('--check')) writeFileSync(TARGET, outputText);
else if (readFileSync(TARGET, 'utf8') !== outputText) {
  console.error(`${TARGET} is not what ${SOURCE} says: run node scripts/kit-clients.mjs`);
  process.exitCode = 1;
}
