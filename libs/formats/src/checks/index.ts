import type { CanonicalMessage, Issue } from '#model';

export function checkMessage(_message: CanonicalMessage): Issue[] {
  return [];
}
