/** Formats: bytes ↔ document ↔ canonical. Pure: no files, no network, no clock beyond a parser's time limit. */
export * from './api.ts';
export * from './charset.ts';
export { hintCharsets, type CharsetHint } from './charset-hint.ts';
export { checkEnvelopeClosed, checkFiles } from './checks/index.ts';
export type { NamedFile, ReceivedFile } from './checks/attached-files.ts';
export * from './edifact/index.ts';
export type { DocumentNode } from './document.ts';
export { readCodeLists, type CodeList, type TextFile } from './mapping/codelists.ts';
export { PROJECTIONS, project, type Projection } from './projections/index.ts';
export { currentState, orderOf, supersedes, type StateNotice, type StateOrder } from './states.ts';
export { compareMessages, type Difference, type DifferenceKind, type DifferenceSide } from './tools/diff.ts';
export { outlineDocument, type Outline, type OutlineLeaf } from './tools/outline.ts';
export type { RuleRow } from './tools/rule-rows.ts';
export { createTranslator, type TranslatorFiles } from './translator.ts';
export type { ReadOptions, ReadResult, Syntax, WriteContext, WriteResult } from './syntax.ts';
export { readXml, XML_LIMITS, type XmlLimits } from './xml/reader.ts';
export { writeXml } from './xml/writer.ts';
