import 'reflect-metadata';
import { readTranslationFiles } from '#config';
import { contractPages } from './contracts.ts';

/** Prints the pages of the contracts as JSON, for `landbridge docs`: what the handlers declare stands in this program. */
const pages = await contractPages(readTranslationFiles());
process.stdout.write(JSON.stringify(pages.map((page) => ({ ...page, text: page.text() }))));
