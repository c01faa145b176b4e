import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Replay plans, their frozen sets, who stands in whose place, and the stop switch. */
export class CreateReplays1764800000000 implements MigrationInterface {
  readonly name = 'CreateReplays1764800000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION take_replay_step');
    await runner.query('DROP TABLE stop_switch, replay_successor, replay_edit, replay_item, replay_plan');
  }
}

const UP = [
  `CREATE TABLE replay_plan (
    id uuid PRIMARY KEY,
    author_id text NOT NULL,
    author text NOT NULL,
    request text NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    cause text,
    reason text NOT NULL,
    action bytea NOT NULL,
    digest text NOT NULL,
    needs_second_person boolean NOT NULL,
    links text[] NOT NULL,
    reroute_to text,
    canary integer NOT NULL,
    rate double precision NOT NULL,
    max_failures integer NOT NULL,
    tolerated integer NOT NULL DEFAULT 0,
    approver_id text,
    approver text,
    decision text,
    decided_at timestamptz,
    at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    started_at timestamptz,
    ended_at timestamptz,
    next_at timestamptz,
    lease_by text,
    lease_until timestamptz,
    report text
  )`,
  // Pressing twice is one plan.
  `CREATE UNIQUE INDEX replay_plan_request ON replay_plan (author_id, request)`,
  `CREATE INDEX replay_plan_at ON replay_plan (at)`,
  `CREATE INDEX replay_plan_open ON replay_plan (state) WHERE state IN ('submitted', 'ready', 'running')`,
  `CREATE TABLE replay_item (
    plan uuid NOT NULL,
    "position" integer NOT NULL,
    subject text NOT NULL,
    direction text NOT NULL,
    sender text,
    message_id text NOT NULL,
    link text NOT NULL,
    type text NOT NULL,
    order_key text,
    verdict text NOT NULL,
    reasons text[] NOT NULL,
    state text NOT NULL,
    code text,
    results text[] NOT NULL DEFAULT '{}',
    at timestamptz,
    PRIMARY KEY (plan, "position")
  )`,
  // At most one open replay a message, whoever plans how often.
  `CREATE UNIQUE INDEX replay_item_open ON replay_item (subject) WHERE state = 'waiting'`,
  `CREATE INDEX replay_item_subject ON replay_item (subject)`,
  `CREATE TABLE replay_edit (
    plan uuid PRIMARY KEY,
    original_digest text NOT NULL,
    digest text NOT NULL,
    payload bytea NOT NULL
  )`,
  // Lineage is a chain: one successor a message, and one predecessor.
  `CREATE TABLE replay_successor (
    predecessor text PRIMARY KEY,
    successor text NOT NULL,
    plan uuid NOT NULL,
    "position" integer NOT NULL,
    at timestamptz NOT NULL
  )`,
  `CREATE UNIQUE INDEX replay_successor_successor ON replay_successor (successor)`,
  `CREATE TRIGGER replay_edit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON replay_edit
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  `CREATE TRIGGER replay_successor_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON replay_successor
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  `CREATE TABLE stop_switch (
    link text PRIMARY KEY,
    reason text NOT NULL,
    actor text NOT NULL,
    at timestamptz NOT NULL
  )`,
  // One step of a plan, inside the commit of what it sends: everything it rests on is asked here again, and one thing that is not as
  // it was undoes the whole commit (LB001: stale).
  `CREATE FUNCTION take_replay_step(s jsonb) RETURNS void LANGUAGE plpgsql AS $$
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
               AND n.id > o.id AND n.source_message_id IS DISTINCT FROM o.source_message_id
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
   END $$`,
];
