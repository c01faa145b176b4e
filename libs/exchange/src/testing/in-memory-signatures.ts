import { SecondSignatureStore, type CarriedEvidence } from '../ports/foreign-signature.port.ts';
import { evidenceKey, keepFirst, type InMemoryDatabase } from './in-memory-database.ts';

/** Second signatures of ours in memory, in the same database. */
export class InMemorySecondSignatureStore extends SecondSignatureStore {
  constructor(readonly database: InMemoryDatabase) {
    super();
  }

  override async keep(made: readonly CarriedEvidence[]): Promise<ReadonlyMap<string, Buffer>> {
    for (const row of made) keepFirst(this.database.evidence, row);
    return this.find(made.map(({ subject }) => subject.slice('out:'.length)));
  }

  override async find(messageIds: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
    const found = new Map<string, Buffer>();
    for (const id of messageIds) {
      const row = this.database.evidence.get(evidenceKey({ subject: `out:${id}`, scheme: 'jws-second' }));
      if (row) found.set(id, row.signature);
    }
    return found;
  }
}
