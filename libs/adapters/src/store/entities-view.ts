import { EntitySchema } from 'typeorm';

/** Views of lists: for the drift check; the store writes its own statements. */
export const SavedViewEntity = new EntitySchema({
  name: 'SavedView',
  tableName: 'saved_view',
  columns: {
    id: { type: 'uuid', primary: true },
    name: { type: 'text' },
    query: { type: 'text' },
    columns: { type: 'text', array: true },
    ownerId: { type: 'text', name: 'owner_id' },
    owner: { type: 'text' },
    shared: { type: 'boolean' },
    partners: { type: 'text', array: true, nullable: true },
    at: { type: 'timestamp with time zone' },
  },
  indices: [
    { name: 'saved_view_name', columns: ['ownerId', 'name'], unique: true },
    { name: 'saved_view_shared', columns: ['name'], synchronize: false },
  ],
});
