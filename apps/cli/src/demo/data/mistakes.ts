import type { ErrorCode } from '#model';
import { containerNumber } from './numbers.ts';
import { mftMessage, seaManifest, type SeaManifestOptions } from './sea-manifest.ts';

/** What is wrong with the message, so that the refusal can be held against it. */
export const MISTAKES: readonly { readonly code: ErrorCode; readonly what: string }[] = [
  { code: 'FIELD_MISSING', what: 'the carrier is missing' },
  { code: 'VALUE_INVALID', what: 'the gross mass is written with a comma' },
  { code: 'FIELD_REPEATED', what: 'ten seals on one container' },
  { code: 'LOOKALIKE', what: 'a container number with a Cyrillic letter' },
  { code: 'LINK_UNDECLARED', what: 'the goods name a container that is not declared' },
];

/** A manifest of three containers with one of each mistake. */
export function messageWithFiveMistakes(options: Omit<SeaManifestOptions, 'containers'>): Buffer {
  const sound = seaManifest({ containers: 3 });
  const [first = '', second = '', third = ''] = sound.containers;
  // У (Cyrillic) looks like the Latin letter Y.
  const lookalike = third.replace('Y', '\u0423');
  return mftMessage(
    { ...options, containers: 3 },
    {
      ...sound,
      carrier: undefined,
      totalMass: '9420,5',
      seals: Array.from({ length: 10 }, (_, index) => `LB90${index}`),
      containers: [first, second, lookalike],
      linked: [first, second, containerNumber('LYGU', 999_001)],
    },
  );
}
