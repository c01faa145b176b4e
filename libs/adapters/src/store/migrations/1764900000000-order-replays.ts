import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A message in place of another has its place in the order of their key: it is no newer than the first of its chain. */
export class OrderReplays1764900000000 implements MigrationInterface {
  readonly name = 'OrderReplays1764900000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const step = (older: string): string => `CREATE OR REPLACE FUNCTION take_replay_step(s jsonb) RETURNS void LANGUAGE plpgsql AS $$
   DECLARE
     old record;
   BEGIN
     PERFORM 1 FROM replay_plan WHERE id = (s->>'plan')::uuid AND state = 'running' FOR UPDATE;
     IF NOT FOUND THEN RAISE EXCEPTION 'the plan does not run' USING ERRCODE = 'LB001'; END IF;
     PERFORM 1 FROM stop_switch w WHERE w.link = '*' OR s->'links' ? w.link;
     IF FOUND THEN RAISE EXCEPTION 'stopped' USING ERRCODE = 'LB001'; END IF;
     UPDATE replay_item SET state = s->>'outcome', code = s->>'code', at = (s->>'at')::timestamptz,
            results = ARRAY(SELECT jsonb_array_elements_text(s->'results'))
      WHERE plan = (s->>'plan')::uuid AND "position" = (s->>'position')::integer AND state = 'waiting';
     IF NOT FOUND THEN RAISE EXCEPTION 'taken already' USING ERRCODE = 'LB001'; END IF;
     UPDATE replay_plan SET next_at = (s->>'nextAt')::timestamptz WHERE id = (s->>'plan')::uuid;
     IF s->>'redeliver' IS NOT NULL THEN
       SELECT d.id, d.state AS was INTO old FROM outbox o JOIN delivery d USING (id)
        WHERE o.message_id = s->>'redeliver' AND d.state IN ('unknown', 'missing', 'dead') AND d.deadline > (s->>'at')::timestamptz
          AND NOT (o.order_key IS NOT NULL AND EXISTS (
            SELECT 1 FROM outbox n JOIN delivery e ON e.id = n.id
             WHERE n.business_keys @> ARRAY[o.order_key] AND n.business_keys <> '{}' AND n.order_key = o.order_key AND n.link = o.link
               ${older}
               AND n.source_message_id IS DISTINCT FROM o.source_message_id
               AND e.state IN ('publishing', 'published', 'unknown', 'stored', 'valid', 'accepted', 'closed')))
          FOR UPDATE OF d;
       IF NOT FOUND THEN RAISE EXCEPTION 'moved meanwhile' USING ERRCODE = 'LB001'; END IF;
       UPDATE delivery SET state = 'retrying', next_at = NULL, query_id = NULL, asked = 0, last_code = NULL WHERE id = old.id;
       DELETE FROM mailbox WHERE outbox_id = old.id;
       INSERT INTO event (subject, kind, from_state, to_state, actor, cause, at)
       VALUES ('out:' || (s->>'redeliver'), 'state', old.was, 'retrying', s->>'actor', 'replay ' || (s->>'plan'), (s->>'at')::timestamptz);
     END IF;
     IF s->'succession' IS NOT NULL THEN
       INSERT INTO replay_successor (predecessor, successor, plan, "position", at)
       VALUES (s->'succession'->>'predecessor', s->'succession'->>'successor', (s->>'plan')::uuid, (s->>'position')::integer,
               (s->>'at')::timestamptz);
       SELECT d.id, d.state AS was INTO old FROM outbox o JOIN delivery d USING (id)
        WHERE o.message_id = s->'succession'->>'predecessor' FOR UPDATE OF d;
       IF NOT FOUND OR old.was IN ('ready', 'publishing', 'retrying', 'published', 'unknown', 'superseded', 'cancelled') THEN
         RAISE EXCEPTION 'moved meanwhile' USING ERRCODE = 'LB001';
       END IF;
       IF old.was IN ('missing', 'expired', 'dead', 'refused') THEN
         UPDATE delivery SET state = 'superseded', next_at = NULL WHERE id = old.id;
         INSERT INTO event (subject, kind, from_state, to_state, actor, cause, at)
         VALUES ('out:' || (s->'succession'->>'predecessor'), 'state', old.was, 'superseded', s->>'actor',
                 'replaced by ' || (s->'succession'->>'successor'), (s->>'at')::timestamptz);
       END IF;
     END IF;
     IF s->'route' IS NOT NULL THEN
       UPDATE inbox SET state = 'routed'
        WHERE sender = s->'route'->>'sender' AND message_id = s->'route'->>'messageId' AND state = 'parked';
       IF NOT FOUND THEN RAISE EXCEPTION 'moved meanwhile' USING ERRCODE = 'LB001'; END IF;
       INSERT INTO event (subject, kind, from_state, to_state, actor, cause, at)
       VALUES ('in:' || (s->'route'->>'sender') || '/' || (s->'route'->>'messageId'), 'state', 'parked', 'routed', s->>'actor',
               'replay ' || (s->>'plan'), (s->>'at')::timestamptz);
     END IF;
   END $$`;

const UP = [
  // The outbox id of the message whose place a message stands in, its own when it stands in nobody's.
  `CREATE FUNCTION first_of_chain(message text) RETURNS bigint LANGUAGE sql STABLE AS $$
     WITH RECURSIVE chain AS (
       SELECT message AS id UNION ALL SELECT s.predecessor FROM chain c JOIN replay_successor s ON s.successor = c.id
     )
     SELECT min(o.id) FROM chain JOIN outbox o ON o.message_id = chain.id $$`,
  step('AND n.id <> o.id AND first_of_chain(n.message_id) > first_of_chain(o.message_id)'),
];
const DOWN = [step('AND n.id > o.id'), 'DROP FUNCTION first_of_chain'];
