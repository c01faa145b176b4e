/** What a key press means, by physical key: on a Russian or Kazakh layout the key J types another letter (`KeyboardEvent.code`). */
export interface KeyPress {
  readonly code: string;
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly isComposing: boolean;
  readonly target: { readonly tagName?: string; readonly type?: string; readonly isContentEditable?: boolean } | null;
}

export type Command =
  | 'palette'
  | 'search'
  | 'down'
  | 'up'
  | 'open'
  | 'back'
  | 'select'
  | 'replay'
  | 'diff'
  | 'help'
  | 'go-overview'
  | 'go-messages'
  | 'go-incidents'
  | 'go-dead-letters'
  | 'go-replays'
  | 'go-partners';

const SINGLE: Readonly<Record<string, Command>> = {
  Slash: 'search',
  KeyJ: 'down',
  ArrowDown: 'down',
  KeyK: 'up',
  ArrowUp: 'up',
  Enter: 'open',
  Escape: 'back',
  KeyX: 'select',
  KeyR: 'replay',
  KeyD: 'diff',
};
const AFTER_G: Readonly<Record<string, Command>> = {
  KeyO: 'go-overview',
  KeyM: 'go-messages',
  KeyI: 'go-incidents',
  KeyD: 'go-dead-letters',
  KeyR: 'go-replays',
  KeyP: 'go-partners',
};
const TYPING = new Set(['INPUT', 'TEXTAREA', 'SELECT']);
/** Nothing is typed into these. */
const TICKED = new Set(['checkbox', 'radio']);

/**
 * Reads presses one after the other (`g` then `m`). Nothing is a command while a Chinese word is being composed, while
 * text is typed (but Escape and the palette), or, for single keys, when the user switched them off (WCAG 2.1.4).
 */
export class Shortcuts {
  #prefix = false;

  constructor(private readonly singleKeys: () => boolean = () => true) {}

  read(press: KeyPress): Command | undefined {
    if (press.isComposing || press.key === 'Process') return undefined;
    if ((press.ctrlKey || press.metaKey) && press.code === 'KeyK') return 'palette';
    if (isTyped(press.target)) return press.code === 'Escape' ? 'back' : undefined;
    if (press.ctrlKey || press.metaKey || press.altKey || !this.singleKeys()) return undefined;
    if (press.shiftKey) return press.code === 'Slash' ? 'help' : undefined;
    const prefixed = this.#prefix;
    this.#prefix = !prefixed && press.code === 'KeyG';
    return prefixed ? AFTER_G[press.code] : SINGLE[press.code];
  }
}

const isTyped = (target: KeyPress['target']): boolean =>
  target !== null && ((TYPING.has(target.tagName ?? '') && !TICKED.has(target.type ?? '')) || target.isContentEditable === true);
