import { json } from '@codemirror/lang-json';
import { xml } from '@codemirror/lang-xml';
import { MergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { use, useEffect, useRef } from 'react';
import { nonce } from '../csp.ts';
import { ThemeContext } from './preferences.ts';

interface Props {
  readonly before: string;
  readonly after: string;
  /** What a screen reader and the headings call the two sides. */
  readonly names: readonly [string, string];
  /** The right side can be changed. */
  readonly onChange?: (text: string) => void;
}

/** Whether the text comes out of the editor as it went in: line ends of several kinds do not. */
export const survivesEditing = (text: string): boolean => stateOf(text, []).sliceDoc() === text;

const stateOf = (doc: string, extensions: Extension) => EditorState.create({ doc, extensions: [lineEnds(doc), extensions] });
const lineEnds = (text: string): Extension => (text.includes('\r\n') ? EditorState.lineSeparator.of('\r\n') : []);
const language = (text: string): Extension => {
  const first = text.trimStart()[0];
  return first === '<' ? xml() : first === '{' || first === '[' ? json() : [];
};

/** Two texts side by side with what differs marked; what is the same for many lines is folded. */
export function Compare({ before, after, names, onChange }: Props) {
  const { dark } = use(ThemeContext);
  const box = useRef<HTMLDivElement>(null);
  const changed = useRef(onChange);
  useEffect(() => void (changed.current = onChange));
  const editable = onChange !== undefined;
  const [left, right] = names;
  useEffect(() => {
    const common = [
      EditorView.cspNonce.of(nonce),
      EditorView.lineWrapping,
      EditorView.theme({ '&': { fontSize: '13px' }, '.cm-content': { fontFamily: 'monospace' } }, { dark }),
      language(before),
    ];
    const side = (text: string, name: string, readOnly: boolean): Extension => [
      common,
      lineEnds(text),
      EditorState.readOnly.of(readOnly),
      EditorView.contentAttributes.of({ 'aria-label': name }),
    ];
    const told = EditorView.updateListener.of(({ docChanged, state }) => docChanged && changed.current?.(state.sliceDoc()));
    const view = new MergeView({
      a: { doc: before, extensions: side(before, left, true) },
      b: { doc: after, extensions: [side(after, right, !editable), told] },
      parent: box.current!,
      collapseUnchanged: { margin: 3, minSize: 8 },
      gutter: true,
    });
    return () => view.destroy();
    // What is typed into the right side is told, not given back.
  }, [before, editable ? before : after, left, right, editable, dark]);
  return (
    <>
      <div style={{ display: 'flex' }} aria-hidden="true">
        {names.map((name) => (
          <strong key={name} style={{ flex: 1 }}>
            {name}
          </strong>
        ))}
      </div>
      <div ref={box} className="compare" />
    </>
  );
}
