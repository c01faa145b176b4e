/**
 * The neutral document: what every syntax reader produces and every syntax writer consumes. Mappings speak only of this.
 * XML: one node an element. EDIFACT: one node a segment group or segment, as the message directory nests them.
 */
export interface DocumentNode {
  /** Local element name, segment tag (`BGM`), or group with its trigger (`SG8`). */
  readonly name: string;
  /** XML namespace; absent for other syntaxes and for elements in no namespace. */
  readonly namespace?: string | undefined;
  /** XML: attributes by qualified name. */
  attributes?: Map<string, string> | undefined;
  /** XML: character data directly inside, entity references resolved, never trimmed or turned into a number. */
  text?: string | undefined;
  /** EDIFACT and flat files: elements, each a list of components; index 0 is the first element after the tag. */
  data?: string[][] | undefined;
  /** EDIFACT syntax 4: further repetitions of an element, by the element's index in `data`. */
  repeats?: Map<number, string[][]> | undefined;
  children: DocumentNode[];
  /** Where it stood: XML line, EDIFACT segment number (UNH = 1). */
  readonly position?: number | undefined;
  /** Gathered by a transform out of other nodes: it stands nowhere in what was received, so pointers do not count it. */
  readonly gathered?: true;
}
