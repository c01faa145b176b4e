import type { TraceEntry } from '#formats';
import { explain } from './explain.ts';

const entry = (documentPointer: string, canonicalPointer: string, rule: string, before: string, after: string): TraceEntry => ({
  documentPointer,
  canonicalPointer,
  rule,
  before,
  after,
});

describe('explain', () => {
  it('joins reading and writing by the canonical path and keeps both rules where they differ', () => {
    const fields = explain(
      [entry('/BGM/2.1', '/document/id', 'text 35', '31', '31')],
      [entry('/Note/Number', '/document/id', 'text', '31', '31')],
    );
    expect(fields).toEqual([
      { source: '/BGM/2.1', canonical: '/document/id', target: '/Note/Number', rule: 'text 35 → text', before: '31', after: '31' },
    ]);
  });

  it('shows a field that goes to two places twice', () => {
    const fields = explain(
      [entry('/a', '/x', 'text', '1', '1')],
      [entry('/b', '/x', 'text', '1', '1'), entry('/c', '/x', 'text', '1', '1')],
    );
    expect(fields.map(({ target }) => target)).toEqual(['/b', '/c']);
  });

  it('shows what is not carried over, and what the target adds', () => {
    const fields = explain([entry('/a', '/x', 'text', '1', '1')], [entry('/b', '', 'fixed', '', 'UNOC')]);
    expect(fields).toEqual([
      { source: '/a', canonical: '/x', rule: 'text', before: '1' },
      { canonical: '', target: '/b', rule: 'fixed', after: 'UNOC' },
    ]);
  });

  it('takes canonical JSON as its own side', () => {
    const one = [entry('/a', '/x', 'code L', '1', '1 (L)')];
    expect(explain(one, undefined)).toEqual([{ source: '/a', canonical: '/x', target: '/x', rule: 'code L', before: '1', after: '1 (L)' }]);
    expect(explain(undefined, one)).toEqual([{ source: '/x', canonical: '/x', target: '/a', rule: 'code L', before: '1', after: '1 (L)' }]);
  });
});
