/** UN/EDIFACT: interchanges, message structures, the syntax for the translator, and the answers CONTRL and APERAK. */
export { ACTION, aperakFor, contrlFor, type AnswerHead } from './answers.ts';
export { readDirectories, type Directories, type DirectoryFile, type MessageDirectory } from './directory.ts';
export { SYNTAX_ERROR, type SyntaxFinding, type SyntaxPlace } from './findings.ts';
export {
  readInterchange,
  type Interchange,
  type InterchangeMessage,
  type InterchangeOptions,
  type MessageIdentifier,
} from './interchange.ts';
export { writeInterchange, type InterchangeWriteOptions } from './interchange-writer.ts';
export { DEFAULT_LIMITS as EDIFACT_LIMITS, type EdifactLimits } from './segment.ts';
export { EdifactSyntax, type InterchangeReading } from './syntax.ts';
