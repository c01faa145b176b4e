import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A newer message of a voyage takes nothing from an older one of other bills (BY_BILL in libs/exchange/src/business-keys.ts). */
export class JudgeByBill1765400000000 implements MigrationInterface {
  readonly name = 'JudgeByBill1765400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(OTHER_BILLS);
    await runner.query(
      step(`
               AND NOT (coalesce(s->'byBill' ? o.canonical_type AND s->'byBill' ? n.canonical_type, false)
                        AND other_bills(o.business_keys, n.business_keys))`),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(step(''));
    await runner.query('DROP FUNCTION other_bills');
  }
}

/** Both name bills, all of them are known (2,000 keys of a message are), and none is of both. */
const OTHER_BILLS = `CREATE FUNCTION other_bills(one text[], other text[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
     SELECT cardinality(one) < 2000 AND cardinality(other) < 2000
        AND EXISTS (SELECT 1 FROM unnest(one) AS b (key) WHERE starts_with(b.key, 'bill:'))
        AND EXISTS (SELECT 1 FROM unnest(other) AS b (key) WHERE starts_with(b.key, 'bill:'))
        AND NOT EXISTS (SELECT 1 FROM unnest(one) AS b (key) WHERE starts_with(b.key, 'bill:') AND b.key = ANY (other)) $$`;

const step = (bills: string): string => `CREATE OR REPLACE FUNCTION take_replay_step(s jsonb) RETURNS void LANGUAGE plpgsql AS $$
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
               AND n.id <> o.id AND first_of_chain(n.message_id) > first_of_chain(o.message_id)${bills}
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
