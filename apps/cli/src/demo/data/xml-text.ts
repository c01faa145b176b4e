/** Text of an element, escaped already. The demo writes its input by hand, so that reading it proves the reader, not our writer. */
export type Element = string & { readonly __element?: never };

export function element(name: string, ...content: readonly string[]): Element {
  const inner = content.map((part) => (part.startsWith('<') ? part : escape(part))).join('');
  return inner === '' ? `<${name}/>` : `<${name}>${inner}</${name}>`;
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
