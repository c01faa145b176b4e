import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The tables of the exchange. What never changes (inbox, outbox, receipt, event) is apart from what does (delivery,
 * link_head, mailbox), so that a change of state rewrites 150 bytes and never a frame.
 */
export class CreateExchange1764000000000 implements MigrationInterface {
  readonly name = 'CreateExchange1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE mailbox, event, receipt, delivery, outbox, link_head, quarantine, inbox_repeat, inbox, batch`);
    await runner.query(`DROP FUNCTION refuse_change(), advance_heads`);
  }
}

/** lz4 costs a fraction of pglz on insert; builds without it (the embedded one) keep the default. */
const COMPRESS_FRAMES = (table: string) => `
DO $$ BEGIN
  EXECUTE 'ALTER TABLE ${table} ALTER COLUMN frame SET COMPRESSION lz4';
EXCEPTION WHEN feature_not_supported OR invalid_parameter_value OR syntax_error THEN NULL;
END $$`;

const UP = [
  `CREATE TABLE batch (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now()
  )`,

  `CREATE TABLE inbox (
    sender text NOT NULL,
    message_id text NOT NULL,
    link text NOT NULL,
    manifest_digest text NOT NULL,
    jws_digest text NOT NULL,
    kid text NOT NULL,
    type text NOT NULL,
    function_code text,
    canonical_type text,
    conversation_id text NOT NULL,
    order_key text,
    business_keys text[] NOT NULL,
    mapping jsonb,
    test boolean NOT NULL,
    priority text NOT NULL,
    state text NOT NULL,
    issues jsonb NOT NULL,
    received_at timestamptz NOT NULL,
    frame bytea NOT NULL,
    PRIMARY KEY (sender, message_id)
  )`,
  COMPRESS_FRAMES('inbox'),
  `CREATE INDEX inbox_received ON inbox (received_at, message_id)`,
  `CREATE INDEX inbox_business_keys ON inbox USING gin (business_keys)`,

  `CREATE TABLE inbox_repeat (
    sender text NOT NULL,
    message_id text NOT NULL,
    count integer NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (sender, message_id)
  )`,

  `CREATE TABLE quarantine (
    link text NOT NULL,
    sha256 text NOT NULL,
    code text NOT NULL,
    reason text NOT NULL,
    claimed_message_id text,
    count integer NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    frame bytea NOT NULL,
    PRIMARY KEY (link, sha256)
  )`,
  COMPRESS_FRAMES('quarantine'),
  `CREATE INDEX quarantine_last ON quarantine (last_at)`,
  `CREATE INDEX quarantine_sha256 ON quarantine (sha256)`,

  `CREATE TABLE link_head (
    link text PRIMARY KEY,
    sequence bigint NOT NULL,
    manifest_digest text NOT NULL,
    epoch bigint NOT NULL
  ) WITH (fillfactor = 50)`,
  `COMMENT ON COLUMN link_head.epoch IS 'Fencing token: grows with every holder of the link; a commit of an earlier holder is refused.'`,

  `CREATE TABLE outbox (
    id bigserial PRIMARY KEY,
    message_id text NOT NULL,
    link text NOT NULL,
    kind text NOT NULL,
    link_sequence bigint,
    order_key text,
    type text NOT NULL,
    function_code text,
    canonical_type text,
    correlation_id text,
    business_keys text[] NOT NULL,
    manifest_digest text,
    expectation jsonb,
    source_sender text,
    source_message_id text,
    mapping jsonb,
    test boolean NOT NULL,
    created_at timestamptz NOT NULL,
    frame bytea NOT NULL
  )`,
  COMPRESS_FRAMES('outbox'),
  `CREATE UNIQUE INDEX outbox_message_id ON outbox (message_id)`,
  `CREATE UNIQUE INDEX outbox_link_sequence ON outbox (link, link_sequence) WHERE link_sequence IS NOT NULL`,
  `CREATE INDEX outbox_created ON outbox (created_at, message_id)`,
  `CREATE INDEX outbox_source ON outbox (source_message_id) WHERE source_message_id IS NOT NULL`,
  `CREATE INDEX outbox_business_keys ON outbox USING gin (business_keys) WHERE business_keys <> '{}'`,

  `CREATE TABLE delivery (
    id bigint PRIMARY KEY,
    link text NOT NULL,
    kind text NOT NULL,
    order_key text,
    priority text NOT NULL,
    state text NOT NULL,
    attempt integer NOT NULL,
    next_at timestamptz,
    deadline timestamptz NOT NULL,
    published_at timestamptz,
    last_code text
  ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0)`,
  // Published rows leave these two indexes: the size of the journal costs the relay nothing.
  `CREATE INDEX delivery_waiting ON delivery (link, priority, id) WHERE state IN ('ready', 'retrying', 'publishing')`,
  `CREATE INDEX delivery_waiting_key ON delivery (link, order_key, id)
     WHERE state IN ('ready', 'retrying', 'publishing') AND order_key IS NOT NULL`,
  `CREATE INDEX delivery_unanswered ON delivery (link, published_at) WHERE state = 'published' AND kind = 'message'`,

  `CREATE TABLE receipt (
    id bigserial PRIMARY KEY,
    receipt_id text NOT NULL,
    direction text NOT NULL,
    issuer text NOT NULL,
    about_sender text NOT NULL,
    about_message_id text NOT NULL,
    levels text[] NOT NULL,
    status text NOT NULL,
    at timestamptz NOT NULL,
    jws bytea NOT NULL
  )`,
  `CREATE UNIQUE INDEX receipt_receipt_id ON receipt (receipt_id)`,
  `CREATE INDEX receipt_about ON receipt (about_message_id)`,

  `CREATE TABLE event (
    id bigserial PRIMARY KEY,
    subject text NOT NULL,
    kind text NOT NULL,
    from_state text,
    to_state text,
    actor text NOT NULL,
    cause text,
    at timestamptz NOT NULL
  )`,
  `CREATE INDEX event_subject ON event (subject)`,
  `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$`,
  `CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  `CREATE TRIGGER receipt_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON receipt
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,

  `CREATE TABLE mailbox (
    position bigserial PRIMARY KEY,
    link text NOT NULL,
    message_id text NOT NULL,
    kind text NOT NULL,
    outbox_id bigint NOT NULL,
    fetched integer NOT NULL DEFAULT 0,
    acknowledged_at timestamptz
  ) WITH (fillfactor = 80)`,
  `COMMENT ON COLUMN mailbox.acknowledged_at IS 'Acknowledged items stay as a mark, so that a repeated put does not offer them again.'`,
  `CREATE UNIQUE INDEX mailbox_message_id ON mailbox (link, message_id)`,
  `CREATE INDEX mailbox_waiting ON mailbox (link, position) WHERE acknowledged_at IS NULL`,

  // Locks the links in one order for all (no deadlocks), then compares: sequence and digest of the chains that the batch
  // extends, and the epoch of the links whose rows it hands straight to its own relay. A link never used is at 0 and ''.
  `CREATE FUNCTION advance_heads(links text[], sequences bigint[], digests text[], next_sequences bigint[], next_digests text[],
                             held text[], epochs bigint[])
   RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO link_head (link, sequence, manifest_digest, epoch)
    SELECT DISTINCT e.link, 0, '', 0 FROM unnest(links) AS e (link) ORDER BY e.link ON CONFLICT (link) DO NOTHING;
  PERFORM 1 FROM link_head h WHERE h.link = ANY (links || held) ORDER BY h.link FOR UPDATE;
  IF EXISTS (
    SELECT 1 FROM unnest(links, sequences, digests) AS e (link, sequence, digest) JOIN link_head h USING (link)
     WHERE e.sequence <> h.sequence OR e.digest <> h.manifest_digest
    UNION ALL
    SELECT 1 FROM unnest(held, epochs) AS e (link, epoch) LEFT JOIN link_head h USING (link)
     WHERE e.epoch IS DISTINCT FROM h.epoch
  ) THEN
    RAISE EXCEPTION 'a link head or holder has changed' USING ERRCODE = 'LB001';
  END IF;
  UPDATE link_head h SET sequence = e.sequence, manifest_digest = e.digest
    FROM unnest(links, next_sequences, next_digests) AS e (link, sequence, digest) WHERE h.link = e.link;
END $$`,
];
