-- tables

CREATE TABLE batch (
  id uuid NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE TABLE delivery (
  id bigint NOT NULL,
  link text NOT NULL,
  kind text NOT NULL,
  order_key text,
  priority text NOT NULL,
  state text NOT NULL,
  attempt integer NOT NULL,
  next_at timestamp with time zone,
  deadline timestamp with time zone NOT NULL,
  published_at timestamp with time zone,
  last_code text
) WITH (fillfactor=80, autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_cost_delay=0);

CREATE TABLE event (
  id bigint NOT NULL DEFAULT nextval('event_id_seq'::regclass),
  subject text NOT NULL,
  kind text NOT NULL,
  from_state text,
  to_state text,
  actor text NOT NULL,
  cause text,
  at timestamp with time zone NOT NULL
);

CREATE TABLE inbox (
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
  received_at timestamp with time zone NOT NULL,
  frame bytea NOT NULL
);

CREATE TABLE inbox_repeat (
  sender text NOT NULL,
  message_id text NOT NULL,
  count integer NOT NULL,
  last_at timestamp with time zone NOT NULL
);

CREATE TABLE link_head (
  link text NOT NULL,
  sequence bigint NOT NULL,
  manifest_digest text NOT NULL,
  epoch bigint NOT NULL
) WITH (fillfactor=50);

CREATE TABLE mailbox (
  position bigint NOT NULL DEFAULT nextval('mailbox_position_seq'::regclass),
  link text NOT NULL,
  message_id text NOT NULL,
  kind text NOT NULL,
  outbox_id bigint NOT NULL,
  fetched integer NOT NULL DEFAULT 0,
  acknowledged_at timestamp with time zone
) WITH (fillfactor=80);

CREATE TABLE outbox (
  id bigint NOT NULL DEFAULT nextval('outbox_id_seq'::regclass),
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
  created_at timestamp with time zone NOT NULL,
  frame bytea NOT NULL
);

CREATE TABLE quarantine (
  link text NOT NULL,
  sha256 text NOT NULL,
  code text NOT NULL,
  reason text NOT NULL,
  claimed_message_id text,
  count integer NOT NULL,
  first_at timestamp with time zone NOT NULL,
  last_at timestamp with time zone NOT NULL,
  frame bytea NOT NULL
);

CREATE TABLE receipt (
  id bigint NOT NULL DEFAULT nextval('receipt_id_seq'::regclass),
  receipt_id text NOT NULL,
  direction text NOT NULL,
  issuer text NOT NULL,
  about_sender text NOT NULL,
  about_message_id text NOT NULL,
  levels text[] NOT NULL,
  status text NOT NULL,
  at timestamp with time zone NOT NULL,
  jws bytea NOT NULL
);


-- constraints

ALTER TABLE batch ADD CONSTRAINT batch_pkey PRIMARY KEY (id);
ALTER TABLE delivery ADD CONSTRAINT delivery_pkey PRIMARY KEY (id);
ALTER TABLE event ADD CONSTRAINT event_pkey PRIMARY KEY (id);
ALTER TABLE inbox ADD CONSTRAINT inbox_pkey PRIMARY KEY (sender, message_id);
ALTER TABLE inbox_repeat ADD CONSTRAINT inbox_repeat_pkey PRIMARY KEY (sender, message_id);
ALTER TABLE link_head ADD CONSTRAINT link_head_pkey PRIMARY KEY (link);
ALTER TABLE mailbox ADD CONSTRAINT mailbox_pkey PRIMARY KEY ("position");
ALTER TABLE outbox ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);
ALTER TABLE quarantine ADD CONSTRAINT quarantine_pkey PRIMARY KEY (link, sha256);
ALTER TABLE receipt ADD CONSTRAINT receipt_pkey PRIMARY KEY (id);

-- indexes

CREATE UNIQUE INDEX batch_pkey ON batch USING btree (id);
CREATE UNIQUE INDEX delivery_pkey ON delivery USING btree (id);
CREATE INDEX delivery_unanswered ON delivery USING btree (link, published_at) WHERE ((state = 'published'::text) AND (kind = 'message'::text));
CREATE INDEX delivery_waiting ON delivery USING btree (link, priority, id) WHERE (state = ANY (ARRAY['ready'::text, 'retrying'::text, 'publishing'::text]));
CREATE INDEX delivery_waiting_key ON delivery USING btree (link, order_key, id) WHERE ((state = ANY (ARRAY['ready'::text, 'retrying'::text, 'publishing'::text])) AND (order_key IS NOT NULL));
CREATE UNIQUE INDEX event_pkey ON event USING btree (id);
CREATE INDEX event_subject ON event USING btree (subject);
CREATE INDEX inbox_business_keys ON inbox USING gin (business_keys);
CREATE UNIQUE INDEX inbox_pkey ON inbox USING btree (sender, message_id);
CREATE INDEX inbox_received ON inbox USING btree (received_at, message_id);
CREATE UNIQUE INDEX inbox_repeat_pkey ON inbox_repeat USING btree (sender, message_id);
CREATE UNIQUE INDEX link_head_pkey ON link_head USING btree (link);
CREATE UNIQUE INDEX mailbox_message_id ON mailbox USING btree (link, message_id);
CREATE UNIQUE INDEX mailbox_pkey ON mailbox USING btree ("position");
CREATE INDEX mailbox_waiting ON mailbox USING btree (link, "position") WHERE (acknowledged_at IS NULL);
CREATE INDEX outbox_business_keys ON outbox USING gin (business_keys) WHERE (business_keys <> '{}'::text[]);
CREATE INDEX outbox_created ON outbox USING btree (created_at, message_id);
CREATE UNIQUE INDEX outbox_link_sequence ON outbox USING btree (link, link_sequence) WHERE (link_sequence IS NOT NULL);
CREATE UNIQUE INDEX outbox_message_id ON outbox USING btree (message_id);
CREATE UNIQUE INDEX outbox_pkey ON outbox USING btree (id);
CREATE INDEX outbox_source ON outbox USING btree (source_message_id) WHERE (source_message_id IS NOT NULL);
CREATE INDEX quarantine_last ON quarantine USING btree (last_at);
CREATE UNIQUE INDEX quarantine_pkey ON quarantine USING btree (link, sha256);
CREATE INDEX quarantine_sha256 ON quarantine USING btree (sha256);
CREATE INDEX receipt_about ON receipt USING btree (about_message_id);
CREATE UNIQUE INDEX receipt_pkey ON receipt USING btree (id);
CREATE UNIQUE INDEX receipt_receipt_id ON receipt USING btree (receipt_id);

-- triggers

CREATE TRIGGER event_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER receipt_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON receipt FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- functions

CREATE OR REPLACE FUNCTION advance_heads(links text[], sequences bigint[], digests text[], next_sequences bigint[], next_digests text[], held text[], epochs bigint[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
END $function$
;
CREATE OR REPLACE FUNCTION refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $function$
;
