/** What a message says of one container in its list and under each cargo that is in it. */
import type { CanonicalOf } from '#model';
import { sameDecimal } from '../decimals.ts';
import type { Findings } from './findings.ts';

type Manifest = CanonicalOf<'Manifest'>;
type Listed = NonNullable<Manifest['usedTransportEquipment']>[number];
type Facts = Pick<Listed, 'affixedSeal' | 'sizeTypeCode' | 'fullEmptyCode' | 'tareWeight'>;

const sameCode = (a: NonNullable<Facts['sizeTypeCode']>, b: typeof a): boolean => a.value === b.value || a.listId !== b.listId;
const sealsOf = (seals: NonNullable<Facts['affixedSeal']>): string =>
  seals
    .map(({ id }) => id)
    .sort()
    .join('\n');

/** By fact: whether two statements of it can both be true. Codes of two lists and measures in two units are not compared. */
const AGREE: { readonly [Fact in keyof Facts]-?: (a: NonNullable<Facts[Fact]>, b: NonNullable<Facts[Fact]>) => boolean } = {
  affixedSeal: (a, b) => sealsOf(a) === sealsOf(b),
  sizeTypeCode: sameCode,
  fullEmptyCode: sameCode,
  tareWeight: (a, b) => a.unitCode !== b.unitCode || sameDecimal(a.value, b.value) !== false,
};
const FACTS = Object.keys(AGREE) as (keyof Facts)[];

/** Reports, at a cargo, what it says of a container otherwise than the list of containers or an earlier cargo. */
export function checkContainerFacts({ consignment, usedTransportEquipment }: Partial<Manifest>, findings: Findings): void {
  let said: Map<string, unknown> | undefined;
  for (const [i, { includedConsignmentItem = [] }] of (consignment ?? []).entries())
    for (let j = 0; j < includedConsignmentItem.length; j++) {
      const loaded = includedConsignmentItem[j]?.associatedTransportEquipment;
      if (!loaded) continue;
      for (let k = 0; k < loaded.length; k++) {
        const one = loaded[k] as Facts & { id: string };
        if (FACTS.every((fact) => one[fact] === undefined)) continue;
        said ??= new Map((usedTransportEquipment ?? []).flatMap(entriesOf).map(([key, value]) => [key, value]));
        for (const [key, value, fact] of entriesOf(one)) {
          const before = said.get(key);
          if (before === undefined) said.set(key, value);
          else if (!AGREE[fact](before as never, value as never))
            findings.report('FIELDS_CONTRADICT', 'Said otherwise of this container before.', 'consignment', i, ...at(j, k), fact);
        }
      }
    }
}

const at = (item: number, equipment: number) => ['includedConsignmentItem', item, 'associatedTransportEquipment', equipment] as const;

const entriesOf = (one: Facts & { id: string }): [string, unknown, keyof Facts][] =>
  FACTS.flatMap((fact) => (one[fact] === undefined ? [] : [[`${fact}\n${one.id}`, one[fact], fact]]));
