import { createContext, useState } from 'react';

export interface Theme {
  readonly dark: boolean;
  readonly setDark: (dark: boolean) => void;
}

export const ThemeContext = createContext<Theme>({ dark: false, setDark: () => undefined });

/** A preference of this browser, not of the account. */
export function useStoredFlag(name: string, initial: boolean): [boolean, (value: boolean) => void] {
  const [value, setValue] = useState(() => (localStorage.getItem(name) ?? String(initial)) === 'true');
  return [
    value,
    (next) => {
      localStorage.setItem(name, String(next));
      setValue(next);
    },
  ];
}

export function useStoredText(name: string, initial: string): [string, (value: string) => void] {
  const [value, setValue] = useState(() => localStorage.getItem(name) ?? initial);
  return [
    value,
    (next) => {
      localStorage.setItem(name, next);
      setValue(next);
    },
  ];
}
