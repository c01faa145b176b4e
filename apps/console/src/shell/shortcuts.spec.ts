import { Shortcuts, type KeyPress } from './shortcuts.ts';

const press = (code: string, more: Partial<KeyPress> = {}): KeyPress => ({
  code,
  key: code,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  isComposing: false,
  target: null,
  ...more,
});

describe('keyboard of the console', () => {
  it('goes by the physical key, whatever letter the layout gives it', () => {
    const shortcuts = new Shortcuts();
    expect(['j', 'о', 'О'].map((key) => shortcuts.read(press('KeyJ', { key })))).toEqual(['down', 'down', 'down']);
  });

  it('reads two keys in turn, and forgets the first when the second says nothing', () => {
    const shortcuts = new Shortcuts();
    expect([shortcuts.read(press('KeyG')), shortcuts.read(press('KeyM'))]).toEqual([undefined, 'go-messages']);
    expect([shortcuts.read(press('KeyG')), shortcuts.read(press('KeyQ')), shortcuts.read(press('KeyD'))]).toEqual([
      undefined,
      undefined,
      'diff',
    ]);
  });

  it('is silent while a Chinese word is composed', () => {
    const shortcuts = new Shortcuts();
    expect(shortcuts.read(press('Enter', { isComposing: true }))).toBeUndefined();
    expect(shortcuts.read(press('KeyJ', { key: 'Process' }))).toBeUndefined();
  });

  it('leaves typing alone but for Escape and the palette', () => {
    const shortcuts = new Shortcuts();
    const target = { tagName: 'INPUT' };
    expect(['KeyJ', 'Slash', 'Enter', 'Escape'].map((code) => shortcuts.read(press(code, { target })))).toEqual([
      undefined,
      undefined,
      undefined,
      'back',
    ]);
    expect(shortcuts.read(press('KeyK', { target, metaKey: true }))).toBe('palette');
  });

  it('takes no box that is ticked for a field that is typed into', () => {
    const target = { tagName: 'INPUT', type: 'checkbox' };
    expect(['KeyJ', 'Enter'].map((code) => new Shortcuts().read(press(code, { target })))).toEqual(['down', 'open']);
  });

  it('can be switched off for single keys', () => {
    const shortcuts = new Shortcuts(() => false);
    expect(shortcuts.read(press('KeyR'))).toBeUndefined();
    expect(shortcuts.read(press('KeyK', { ctrlKey: true }))).toBe('palette');
  });

  it('leaves the browser its own combinations', () => {
    expect(new Shortcuts().read(press('KeyR', { ctrlKey: true }))).toBeUndefined();
  });
});
