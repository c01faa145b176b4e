import { PostgresViewStore } from '#adapters';
import { parseQuery, type SavedView } from '#exchange';
import { criteriaFor } from '../../libs/adapters/src/store/view/criteria.ts';
import { readStream } from '../../libs/adapters/src/store/view/stream.ts';
import { AT, LATER } from '../support/store-rows.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

const chipsOf = (q: string) => {
  const parsed = parseQuery(q);
  return parsed.ok ? parsed.chips : [];
};

describe('lists that people come back to', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.drop());

  it('finds an error code and what a partner got refused by an index, never by reading everything', async () => {
    const runner = database.dataSource.createQueryRunner();
    await runner.query('SET enable_seqscan = off');
    const plan = async (q: string): Promise<string> => {
      const seen: string[] = [];
      for (const direction of ['in', 'out'] as const) {
        const criteria = criteriaFor(direction, chipsOf(q), { now: LATER, linksOf: () => [], types: [], scope: undefined });
        const explaining = async (text: string, values: readonly unknown[]) => {
          const rows = (await runner.query(`EXPLAIN ${text}`, [...values])) as { 'QUERY PLAN': string }[];
          seen.push(...rows.map((row) => row['QUERY PLAN']));
          return [];
        };
        await readStream(explaining as never, direction, criteria, undefined, 50);
      }
      return seen.join('\n');
    };
    const codes = await plan('code:FIELD_MISSING since:7d');
    expect(codes).toContain('inbox_findings');
    expect(codes).toContain('delivery_findings');
    const refused = await plan('state:refused link:nsw');
    expect(refused).toContain('inbox_notable_link');
    expect(refused).toContain('delivery_notable_link');
    expect(codes + refused).not.toContain('Seq Scan');
    await runner.release();
  });

  it('keeps saved views with the rights of the gateway: by owner and name, as many as allowed', async () => {
    const views = new PostgresViewStore(await database.application());
    const kept = (id: string, name: string, more: Partial<SavedView> = {}): SavedView => ({
      id: `00000000-0000-4000-8000-00000000000${id}`,
      name,
      query: 'state:refused',
      columns: ['state', 'type'],
      ownerId: 'id-of-李伟',
      owner: '李伟',
      shared: false,
      partners: 'all',
      at: AT,
      ...more,
    });
    expect(await views.put(kept('1', '被拒绝'), 2)).toBe(true);
    expect(await views.put(kept('2', 'отказано', { shared: true, partners: ['KEG'] }), 2)).toBe(true);
    expect(await views.put(kept('3', 'one more'), 2)).toBe(false);
    expect(await views.put(kept('4', '被拒绝', { query: 'state:parked' }), 2)).toBe(true);
    const own = await views.list('id-of-李伟');
    expect(Object.fromEntries(own.map(({ name, query }) => [name, query]))).toEqual({ отказано: 'state:refused', 被拒绝: 'state:parked' });
    expect(await views.list('somebody else')).toMatchObject([{ name: 'отказано', partners: ['KEG'], columns: ['state', 'type'], at: AT }]);
    expect(await views.remove(kept('4', '').id)).toBe(true);
    expect(await views.remove(kept('4', '').id)).toBe(false);
    expect(await views.find(kept('4', '').id)).toBeUndefined();
  });
});
