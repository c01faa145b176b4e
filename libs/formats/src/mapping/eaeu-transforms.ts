/** Document transforms of the customs documents of the EAEU. */
import type { DocumentNode } from '../document.ts';
import { toSeconds } from './times.ts';
import type { Transform } from './transforms.ts';

/** Elements that are one moment in two: the day, and the time of day right behind it. */
const MOMENTS: ReadonlyMap<string, string> = new Map([
  ['Date', 'Time'],
  ['DateExpectedArrival', 'TimeExpectedArrival'],
]);
const ADDRESS = 'SubjectAddressDetails';
const FURTHER_ADDRESS = 'FurtherAddressDetails';
const CHANNEL = 'CommunicationDetails';
const FURTHER: ReadonlySet<string> = new Set([FURTHER_ADDRESS]);
const SUBJECT: ReadonlySet<string> = new Set([ADDRESS, FURTHER_ADDRESS, CHANNEL]);
const MOMENT = /^(\d{4}-\d{2}-\d{2})T(.+)$/;

/** Changes the children of every node that has one of these names. */
const everywhere = (names: { readonly has: (name: string) => boolean }, change: (children: DocumentNode[]) => DocumentNode[]) => {
  const visit = (node: DocumentNode): DocumentNode => {
    if (node.children.length === 0) return node;
    if (holds(node.children, names)) node.children = change(node.children);
    for (const child of node.children) visit(child);
    return node;
  };
  return visit;
};

/** Asked about every node of a document, few of which are concerned. */
function holds(children: readonly DocumentNode[], names: { readonly has: (name: string) => boolean }): boolean {
  for (const { name } of children) if (names.has(name)) return true;
  return false;
}

function joinMoments(children: DocumentNode[]): DocumentNode[] {
  return children.filter((child, i) => {
    const before = children[i - 1];
    if (!before?.text || !child.text || child.name !== MOMENTS.get(before.name)) return true;
    before.text = `${before.text}T${child.text}`;
    return false;
  });
}

function splitMoment(child: DocumentNode): DocumentNode[] {
  const time = MOMENTS.get(child.name);
  const match = time === undefined ? null : MOMENT.exec(toSeconds(child.text ?? ''));
  if (time === undefined || !match) return [child];
  return [
    { ...child, text: match[1] },
    { ...child, name: time, text: match[2] },
  ];
}

/** The first address of a subject is its address, all others are further ones. */
function renameFurther(children: DocumentNode[]): DocumentNode[] {
  let first = true;
  return children.map((child) => {
    if (child.name !== ADDRESS && child.name !== FURTHER_ADDRESS) return child;
    const name = first ? ADDRESS : FURTHER_ADDRESS;
    first = false;
    return child.name === name ? child : { ...child, name };
  });
}

/** A channel that lists several numbers says as much as several channels of one number each. */
function oneNumber(child: DocumentNode): DocumentNode[] {
  const numbers = child.name === CHANNEL ? child.children.filter(({ name }) => name === 'CommunicationChannelId') : [];
  if (numbers.length < 2) return [child];
  const rest = child.children.filter((inner) => !numbers.includes(inner));
  return numbers.map((number) => ({ ...child, children: [...rest, number] }));
}

export const EAEU_TRANSFORMS: Readonly<Record<string, Transform>> = {
  /** Stamps and expected arrivals write a day and a time of day as two elements; the canonical moment is one. */
  dayAndTime: {
    read: everywhere(MOMENTS, joinMoments),
    write: everywhere(MOMENTS, (children) => children.flatMap(splitMoment)),
  },
  /** A subject has one address in the canonical message, and further ones; and one number a channel. */
  subjectDetails: {
    read: everywhere(SUBJECT, (children) => renameFurther(children.flatMap(oneNumber))),
    write: everywhere(FURTHER, (children) =>
      children.map((child) => (child.name === FURTHER_ADDRESS ? { ...child, name: ADDRESS } : child)),
    ),
  },
};
