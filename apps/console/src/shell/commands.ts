import { useEffect, useRef } from 'react';
import type { Command } from './shortcuts.ts';

const EVENT = 'landbridge-command';

/** Hands a key's command to whatever screen is open. */
export function tell(command: Command): void {
  window.dispatchEvent(new CustomEvent(EVENT, { detail: command }));
}

/** What a screen does about keys. The newest handler is called, so it may close over what it shows. */
export function useCommand(handler: (command: Command) => void): void {
  const newest = useRef(handler);
  useEffect(() => void (newest.current = handler));
  useEffect(() => {
    const listen = (event: Event) => newest.current((event as CustomEvent<Command>).detail);
    window.addEventListener(EVENT, listen);
    return () => window.removeEventListener(EVENT, listen);
  }, []);
}
