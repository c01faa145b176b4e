/** The hand-written predicates of the hot path say exactly what the schemas say, on anything JSON can hold. */
import fc from 'fast-check';
import { fields, NOW, PARTS, trustWorld } from '../../../test/support/trust-world.ts';
import { isReceipt } from './receipt-form.ts';
import { isManifest } from './manifest-form.ts';
import { buildManifest, Manifest, Receipt, sealReceipt } from './index.ts';
import { anyCharacter } from '../../model/src/testing/text.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const { seal, keg } = trustWorld();
const sealed = seal({
  refTo: '019ce000-0000-7000-8000-000000000002',
  link: { sequence: 2, previous: seal().manifestDigest },
  translatedFrom: {
    sender: 'HRG',
    messageId: '019ce000-0000-7000-8000-000000000003',
    manifestDigest: seal().manifestDigest,
    mapping: { id: 'rail/IFTMIN', version: '1.0.0', digest: '0'.repeat(64) },
    referenceDataVersion: '2026-03-01',
  },
  superseded: true,
});
const finding = { code: 'FIELD_MISSING', severity: 'error', pointer: '/a', message: '缺少 必填项', reference: '36900001' } as const;
const receipts = (
  [
    { levels: ['R1', 'R2'], status: 'valid' },
    { levels: ['R1', 'R2'], status: 'refused', issues: [finding] },
    { levels: ['R3'], status: 'released', answer: '019ce000-0000-7000-8000-000000000004' },
    { levels: ['R1'], status: 'stored' },
  ] as const
).map((said) => sealReceipt(sealed, { ...said, issuedAt: NOW }, keg).receipt as unknown as Json);
const manifests = [sealed.manifest, seal().manifest] as unknown as Json[];

/** Values that sit on the edges of some rule. */
const odd = fc.oneof(
  fc.constantFrom<Json>(null, true, 0, 1, 2, -1, 1.5, 2 ** 53, '', ' ', 'A', 'LSW', 'a'.repeat(64), 'a'.repeat(65), '0'.repeat(64), [], {}),
  fc.constantFrom<Json>('R1', 'R2', 'R3', 'valid', 'refused', 'stored', 'accepted', 'error', 'warning', 'sha-256', 'B', 'constructor'),
  fc.constantFrom<Json>(
    '2026-03-14T09:15:00.000Z',
    '2026-02-29T00:00:00.000Z',
    '2028-02-29T00:00:00.000Z',
    '2026-03-31T24:00:00.000Z',
    '2026-04-31T00:00:00.000Z',
    '2026-03-14T09:15:00Z',
    '2026-05-14T09:15:00.001Z',
    '+020260-03-14T09:15:00.000Z',
    '019ce000-0000-7000-8000-000000000001',
    '019CE000-0000-7000-8000-000000000001',
    `${'A'.repeat(42)}A`,
    `${'A'.repeat(42)}B`,
    'application/xml',
    'Application/xml',
  ),
  fc.string({ unit: anyCharacter, maxLength: 3 }),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
);

interface Change {
  readonly at: number;
  readonly kind: 'replace' | 'remove' | 'add' | 'repeat';
  readonly name: string;
  readonly value: Json;
}
const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(200),
  kind: fc.constantFrom('replace', 'remove', 'add', 'repeat'),
  name: fc.constantFrom('x', '__proto__', 'refTo', 'answer', 'endpoint', 'charset', 'previous', 'reference', 'toString'),
  value: odd,
});

/** One change somewhere in a copy: every object and list has its turn. */
function changed(json: Json, { at, kind, name, value }: Change): Json {
  const copy = JSON.parse(JSON.stringify(json)) as Json;
  const places: (() => void)[] = [];
  const visit = (node: Json): void => {
    if (Array.isArray(node)) {
      places.push(() => void (kind === 'repeat' ? node.push(node[0] ?? value) : kind === 'remove' ? node.pop() : node.push(value)));
      node.forEach((_, i) => places.push(() => void (node[i] = value)));
      node.forEach(visit);
    } else if (typeof node === 'object' && node !== null) {
      places.push(() => Object.defineProperty(node, name, { value, enumerable: true, configurable: true, writable: true }));
      for (const member of Object.keys(node)) {
        places.push(() => (kind === 'remove' ? delete node[member] : (node[member] = value)));
        visit(node[member]!);
      }
    }
  };
  visit(copy);
  places[at % places.length]!();
  return copy;
}

const cases = (from: readonly Json[]) =>
  fc.tuple(fc.constantFrom(...from), fc.array(change, { maxLength: 2 })).map(([json, changes]) => changes.reduce(changed, json));

it('a manifest: same verdict as the schema, whatever was changed', () => {
  const verdicts = { true: 0, false: 0 };
  fc.assert(
    fc.property(cases(manifests), (json) => {
      const verdict = isManifest(json);
      verdicts[`${verdict}`] += 1;
      expect(verdict).toBe(Manifest.safeParse(json).success);
    }),
    { numRuns: 3000 },
  );
  expect(Math.min(verdicts.true, verdicts.false)).toBeGreaterThan(300);
});

it('a receipt: same verdict as the schema, whatever was changed', () => {
  const verdicts = { true: 0, false: 0 };
  fc.assert(
    fc.property(cases(receipts), (json) => {
      const verdict = isReceipt(json);
      verdicts[`${verdict}`] += 1;
      expect(verdict).toBe(Receipt.safeParse(json).success);
    }),
    { numRuns: 3000 },
  );
  expect(Math.min(verdicts.true, verdicts.false)).toBeGreaterThan(300);
});

it('any JSON at all is no manifest and no receipt for either', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      expect([isManifest(json), isReceipt(json)]).toEqual([Manifest.safeParse(json).success, Receipt.safeParse(json).success]);
    }),
  );
});

it('builds the same bytes however the fields were written down, and shows a member that is not defined', () => {
  const given = fields({ refTo: '019ce000-0000-7000-8000-000000000002' });
  const turned = Object.fromEntries(Object.entries(given).reverse()) as typeof given;
  expect(buildManifest(turned, PARTS).bytes.equals(buildManifest(given, PARTS).bytes)).toBe(true);
  expect(() => buildManifest({ ...given, queue: 'lb.keg' } as typeof given, PARTS)).toThrow(
    expect.objectContaining({ code: 'CONFIGURATION_INVALID' }) as Error,
  );
});
