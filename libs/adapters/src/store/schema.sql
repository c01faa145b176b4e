-- tables

CREATE TABLE access_token (
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  label text NOT NULL,
  hash text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  until timestamp with time zone NOT NULL,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone
);

CREATE TABLE account (
  id uuid NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  name_key text NOT NULL,
  roles text[] NOT NULL,
  partners text[],
  disabled boolean NOT NULL DEFAULT false,
  password text,
  must_change_password boolean NOT NULL DEFAULT false,
  secret_until timestamp with time zone,
  totp_secret text,
  totp_pending text,
  totp_counter bigint NOT NULL DEFAULT 0,
  oidc_issuer text,
  oidc_subject text,
  created_at timestamp with time zone NOT NULL,
  last_sign_in_at timestamp with time zone
);

CREATE TABLE agreement_version (
  version integer NOT NULL,
  digest text NOT NULL,
  origin text NOT NULL,
  author text NOT NULL,
  approver text,
  reason text NOT NULL,
  restores integer,
  at timestamp with time zone NOT NULL,
  agreements text NOT NULL
);

CREATE TABLE alert (
  id bigint NOT NULL DEFAULT nextval('alert_id_seq'::regclass),
  rule text NOT NULL,
  measure text NOT NULL,
  severity text NOT NULL,
  subject text NOT NULL,
  link text,
  value double precision NOT NULL,
  bound double precision NOT NULL,
  state text NOT NULL,
  since timestamp with time zone NOT NULL,
  fired_at timestamp with time zone,
  clear_since timestamp with time zone,
  resolved_at timestamp with time zone,
  acknowledged_by text,
  acknowledged_at timestamp with time zone,
  acknowledged_reason text,
  told text
);

CREATE TABLE alert_notice (
  id uuid NOT NULL,
  channel text NOT NULL,
  content jsonb NOT NULL,
  state text NOT NULL,
  attempt integer NOT NULL,
  next_at timestamp with time zone NOT NULL,
  created_at timestamp with time zone NOT NULL,
  sent_at timestamp with time zone,
  code text
);

CREATE TABLE alert_silence (
  id bigint NOT NULL DEFAULT nextval('alert_silence_id_seq'::regclass),
  rule text,
  link text,
  until timestamp with time zone NOT NULL,
  reason text NOT NULL,
  author text NOT NULL,
  at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone
);

CREATE TABLE alert_turn (
  name text NOT NULL,
  at timestamp with time zone NOT NULL,
  told_at timestamp with time zone NOT NULL
);

CREATE TABLE answer (
  query_id text NOT NULL,
  link text NOT NULL,
  message_id text NOT NULL,
  have boolean NOT NULL,
  at timestamp with time zone NOT NULL,
  jws bytea NOT NULL
);

CREATE TABLE audit (
  sequence bigint NOT NULL,
  at timestamp with time zone NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  reason text,
  approver text,
  before_text text,
  after_text text,
  digest text NOT NULL
);

CREATE TABLE batch (
  id uuid NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE TABLE carried_evidence (
  subject text NOT NULL,
  scheme text NOT NULL,
  link text NOT NULL,
  key_name text,
  certificate_digest text,
  algorithm text,
  verdict text NOT NULL,
  reason text,
  at timestamp with time zone NOT NULL,
  bytes_digest text NOT NULL,
  signature bytea NOT NULL
);

CREATE TABLE customs_envelope (
  sender text NOT NULL,
  id text NOT NULL,
  message_id text NOT NULL,
  valid_until timestamp with time zone NOT NULL,
  document jsonb NOT NULL,
  received_at timestamp with time zone NOT NULL,
  closed_at timestamp with time zone,
  reminded text
);

CREATE TABLE dead_letter (
  id bigint NOT NULL DEFAULT nextval('dead_letter_id_seq'::regclass),
  link text NOT NULL,
  way text NOT NULL,
  reason text NOT NULL,
  queue text NOT NULL,
  exchange text NOT NULL,
  routing_key text NOT NULL,
  message_id text,
  type text,
  sha256 text NOT NULL,
  died_at timestamp with time zone NOT NULL,
  deaths integer NOT NULL,
  at timestamp with time zone NOT NULL,
  state text NOT NULL,
  outcome text,
  decided_by text,
  decided_at timestamp with time zone,
  frame bytea NOT NULL
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
  last_code text,
  query_id text,
  asked integer NOT NULL DEFAULT 0,
  answer_due timestamp with time zone,
  created_at timestamp with time zone NOT NULL
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
  frame bytea NOT NULL,
  purged_at timestamp with time zone,
  key_groups jsonb
);

CREATE TABLE inbox_repeat (
  sender text NOT NULL,
  message_id text NOT NULL,
  count integer NOT NULL,
  last_at timestamp with time zone NOT NULL
);

CREATE TABLE incident (
  id bigint NOT NULL DEFAULT nextval('incident_id_seq'::regclass),
  fingerprint text NOT NULL,
  stage text NOT NULL,
  link text NOT NULL,
  type text NOT NULL,
  code text NOT NULL,
  path text NOT NULL,
  reason text,
  state text NOT NULL,
  changed_at timestamp with time zone NOT NULL,
  ignored_until timestamp with time zone,
  owner_id text,
  owner text,
  fixed_by text,
  first_at timestamp with time zone NOT NULL,
  last_at timestamp with time zone NOT NULL,
  opened_at timestamp with time zone NOT NULL,
  repaired_at timestamp with time zone,
  count bigint NOT NULL,
  messages bigint NOT NULL,
  keys text[] NOT NULL,
  mappings text[] NOT NULL,
  came_back integer NOT NULL,
  came_back_at timestamp with time zone,
  merged_into bigint,
  left_standing integer
);

CREATE TABLE incident_hour (
  incident bigint NOT NULL,
  hour timestamp with time zone NOT NULL,
  count integer NOT NULL
);

CREATE TABLE incident_message (
  incident bigint NOT NULL,
  subject text NOT NULL,
  sender text,
  message_id text,
  first_at timestamp with time zone NOT NULL,
  last_at timestamp with time zone NOT NULL,
  count integer NOT NULL
);

CREATE TABLE incident_note (
  id bigint NOT NULL DEFAULT nextval('incident_note_id_seq'::regclass),
  incident bigint NOT NULL,
  kind text NOT NULL,
  value text,
  body text NOT NULL,
  author text NOT NULL,
  at timestamp with time zone NOT NULL
);

CREATE TABLE incident_place (
  name text NOT NULL,
  low bigint NOT NULL,
  high bigint NOT NULL,
  transaction bigint NOT NULL
);

CREATE TABLE key_contact (
  position bigint NOT NULL DEFAULT nextval('key_contact_position_seq'::regclass),
  link text NOT NULL,
  event text NOT NULL,
  kid text,
  partner_kid text,
  accepts text[] NOT NULL,
  nonce text,
  at timestamp with time zone NOT NULL,
  software text,
  said_at timestamp with time zone
);

CREATE TABLE key_document (
  position bigint NOT NULL DEFAULT nextval('key_document_position_seq'::regclass),
  party text NOT NULL,
  version integer NOT NULL,
  jws bytea NOT NULL,
  origin text NOT NULL,
  actor text NOT NULL,
  reason text,
  at timestamp with time zone NOT NULL
);

CREATE TABLE link_head (
  link text NOT NULL,
  sequence bigint NOT NULL,
  manifest_digest text NOT NULL,
  epoch bigint NOT NULL
) WITH (fillfactor=50);

CREATE TABLE link_request (
  id uuid NOT NULL,
  kind text NOT NULL,
  state text NOT NULL,
  link text NOT NULL,
  subject text NOT NULL,
  reason text NOT NULL,
  author_id text NOT NULL,
  author text NOT NULL,
  request text NOT NULL,
  action bytea NOT NULL,
  digest text NOT NULL,
  approver_id text,
  approver text,
  decision text,
  decided_at timestamp with time zone,
  results text[] NOT NULL DEFAULT '{}'::text[],
  at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL
);

CREATE TABLE link_usage (
  link text NOT NULL,
  day date NOT NULL,
  messages integer NOT NULL,
  bytes bigint NOT NULL
) WITH (fillfactor=50);

CREATE TABLE log_entry (
  id bigint NOT NULL DEFAULT nextval('log_entry_id_seq'::regclass),
  at timestamp with time zone NOT NULL,
  link text NOT NULL,
  direction text NOT NULL,
  kind text NOT NULL,
  message_id text NOT NULL,
  link_sequence bigint,
  previous_digest text,
  manifest_digest text,
  jws_digest text NOT NULL
);

CREATE TABLE log_root (
  sequence bigint NOT NULL,
  closed_at timestamp with time zone NOT NULL,
  last_id bigint NOT NULL,
  jws bytea NOT NULL
);

CREATE TABLE log_timestamp (
  root_sequence bigint NOT NULL,
  at timestamp with time zone NOT NULL,
  token bytea NOT NULL
);

CREATE TABLE mailbox (
  position bigint NOT NULL DEFAULT nextval('mailbox_position_seq'::regclass),
  link text NOT NULL,
  message_id text NOT NULL,
  kind text NOT NULL,
  outbox_id bigint NOT NULL,
  fetched integer NOT NULL DEFAULT 0,
  acknowledged_at timestamp with time zone
) WITH (fillfactor=80);

CREATE TABLE mapping_assignment (
  link text NOT NULL,
  base text NOT NULL,
  version uuid NOT NULL,
  previous uuid,
  since timestamp with time zone NOT NULL
);

CREATE TABLE mapping_sample (
  version uuid NOT NULL,
  name text NOT NULL,
  bytes bytea NOT NULL
);

CREATE TABLE mapping_version (
  id uuid NOT NULL,
  mapping text NOT NULL,
  number integer NOT NULL,
  state text NOT NULL,
  base text NOT NULL,
  text text NOT NULL,
  codelists json NOT NULL,
  links text[] NOT NULL,
  reason text NOT NULL,
  author_id text NOT NULL,
  author text NOT NULL,
  request text NOT NULL,
  mapping_digest text NOT NULL,
  action bytea NOT NULL,
  digest text NOT NULL,
  at timestamp with time zone NOT NULL,
  approver_id text,
  approver text,
  decision text,
  decided_at timestamp with time zone,
  corpus json,
  shadow json,
  shadow_turn timestamp with time zone
);

CREATE TABLE oidc_flow (
  state_hash text NOT NULL,
  browser_hash text NOT NULL,
  nonce text NOT NULL,
  verifier text NOT NULL,
  until timestamp with time zone NOT NULL
);

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
  frame bytea NOT NULL,
  translation text,
  kid text,
  purged_at timestamp with time zone
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

CREATE TABLE reconciliation (
  link text NOT NULL,
  day date NOT NULL,
  at timestamp with time zone NOT NULL,
  jws bytea NOT NULL
);

CREATE TABLE reconciliation_answer (
  link text NOT NULL,
  day date NOT NULL,
  at timestamp with time zone NOT NULL,
  jws bytea NOT NULL,
  agreed boolean NOT NULL,
  differences jsonb
);

CREATE TABLE reconciliation_contradiction (
  link text NOT NULL,
  day date NOT NULL,
  content text NOT NULL,
  at timestamp with time zone NOT NULL,
  jws bytea NOT NULL,
  agreed boolean NOT NULL,
  differences jsonb
);

CREATE TABLE recovery_code (
  account_id uuid NOT NULL,
  hash text NOT NULL
);

CREATE TABLE replay_edit (
  plan uuid NOT NULL,
  original_digest text NOT NULL,
  digest text NOT NULL,
  payload bytea NOT NULL
);

CREATE TABLE replay_item (
  plan uuid NOT NULL,
  position integer NOT NULL,
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
  results text[] NOT NULL DEFAULT '{}'::text[],
  at timestamp with time zone,
  becomes text[] NOT NULL DEFAULT '{}'::text[]
);

CREATE TABLE replay_plan (
  id uuid NOT NULL,
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
  decided_at timestamp with time zone,
  at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  next_at timestamp with time zone,
  lease_by text,
  lease_until timestamp with time zone,
  report text,
  query text
);

CREATE TABLE replay_successor (
  predecessor text NOT NULL,
  successor text NOT NULL,
  plan uuid NOT NULL,
  position integer NOT NULL,
  at timestamp with time zone NOT NULL
);

CREATE TABLE saved_view (
  id uuid NOT NULL,
  name text NOT NULL,
  query text NOT NULL,
  columns text[] NOT NULL,
  owner_id text NOT NULL,
  owner text NOT NULL,
  shared boolean NOT NULL,
  partners text[],
  at timestamp with time zone NOT NULL
);

CREATE TABLE session (
  hash text NOT NULL,
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  kind text NOT NULL,
  stage text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  seen_at timestamp with time zone NOT NULL,
  until timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  ended_because text,
  address text NOT NULL
);

CREATE TABLE sign_in_throttle (
  subject text NOT NULL,
  tokens double precision NOT NULL,
  at timestamp with time zone NOT NULL
);

CREATE TABLE status_notice (
  subject text NOT NULL,
  list_id text NOT NULL,
  code text NOT NULL,
  notice_time text,
  notice_at timestamp with time zone,
  sender text NOT NULL,
  message_id text NOT NULL,
  received_at timestamp with time zone NOT NULL
);

CREATE TABLE stop_switch (
  link text NOT NULL,
  reason text NOT NULL,
  actor text NOT NULL,
  at timestamp with time zone NOT NULL
);


-- constraints

ALTER TABLE access_token ADD CONSTRAINT access_token_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id);
ALTER TABLE access_token ADD CONSTRAINT access_token_pkey PRIMARY KEY (id);
ALTER TABLE account ADD CONSTRAINT account_check CHECK (((oidc_issuer IS NULL) = (oidc_subject IS NULL)));
ALTER TABLE account ADD CONSTRAINT account_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'service'::text])));
ALTER TABLE account ADD CONSTRAINT account_pkey PRIMARY KEY (id);
ALTER TABLE agreement_version ADD CONSTRAINT agreement_version_pkey PRIMARY KEY (version);
ALTER TABLE alert ADD CONSTRAINT alert_pkey PRIMARY KEY (id);
ALTER TABLE alert_notice ADD CONSTRAINT alert_notice_pkey PRIMARY KEY (id);
ALTER TABLE alert_silence ADD CONSTRAINT alert_silence_pkey PRIMARY KEY (id);
ALTER TABLE alert_turn ADD CONSTRAINT alert_turn_pkey PRIMARY KEY (name);
ALTER TABLE answer ADD CONSTRAINT answer_pkey PRIMARY KEY (query_id);
ALTER TABLE audit ADD CONSTRAINT audit_pkey PRIMARY KEY (sequence);
ALTER TABLE batch ADD CONSTRAINT batch_pkey PRIMARY KEY (id);
ALTER TABLE carried_evidence ADD CONSTRAINT carried_evidence_pkey PRIMARY KEY (subject, scheme);
ALTER TABLE customs_envelope ADD CONSTRAINT customs_envelope_pkey PRIMARY KEY (sender, id);
ALTER TABLE dead_letter ADD CONSTRAINT dead_letter_pkey PRIMARY KEY (id);
ALTER TABLE delivery ADD CONSTRAINT delivery_pkey PRIMARY KEY (id);
ALTER TABLE event ADD CONSTRAINT event_pkey PRIMARY KEY (id);
ALTER TABLE inbox ADD CONSTRAINT inbox_pkey PRIMARY KEY (sender, message_id);
ALTER TABLE inbox_repeat ADD CONSTRAINT inbox_repeat_pkey PRIMARY KEY (sender, message_id);
ALTER TABLE incident ADD CONSTRAINT incident_pkey PRIMARY KEY (id);
ALTER TABLE incident_hour ADD CONSTRAINT incident_hour_pkey PRIMARY KEY (incident, hour);
ALTER TABLE incident_message ADD CONSTRAINT incident_message_pkey PRIMARY KEY (incident, subject);
ALTER TABLE incident_note ADD CONSTRAINT incident_note_pkey PRIMARY KEY (id);
ALTER TABLE incident_place ADD CONSTRAINT incident_place_pkey PRIMARY KEY (name);
ALTER TABLE key_contact ADD CONSTRAINT key_contact_pkey PRIMARY KEY ("position");
ALTER TABLE key_document ADD CONSTRAINT key_document_pkey PRIMARY KEY ("position");
ALTER TABLE link_head ADD CONSTRAINT link_head_pkey PRIMARY KEY (link);
ALTER TABLE link_request ADD CONSTRAINT link_request_pkey PRIMARY KEY (id);
ALTER TABLE link_usage ADD CONSTRAINT link_usage_pkey PRIMARY KEY (link, day);
ALTER TABLE log_entry ADD CONSTRAINT log_entry_pkey PRIMARY KEY (id);
ALTER TABLE log_root ADD CONSTRAINT log_root_pkey PRIMARY KEY (sequence);
ALTER TABLE log_timestamp ADD CONSTRAINT log_timestamp_pkey PRIMARY KEY (root_sequence);
ALTER TABLE mailbox ADD CONSTRAINT mailbox_pkey PRIMARY KEY ("position");
ALTER TABLE mapping_assignment ADD CONSTRAINT mapping_assignment_pkey PRIMARY KEY (link, base);
ALTER TABLE mapping_sample ADD CONSTRAINT mapping_sample_pkey PRIMARY KEY (version, name);
ALTER TABLE mapping_version ADD CONSTRAINT mapping_version_pkey PRIMARY KEY (id);
ALTER TABLE oidc_flow ADD CONSTRAINT oidc_flow_pkey PRIMARY KEY (state_hash);
ALTER TABLE outbox ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);
ALTER TABLE quarantine ADD CONSTRAINT quarantine_pkey PRIMARY KEY (link, sha256);
ALTER TABLE receipt ADD CONSTRAINT receipt_pkey PRIMARY KEY (id);
ALTER TABLE reconciliation ADD CONSTRAINT reconciliation_pkey PRIMARY KEY (link, day);
ALTER TABLE reconciliation_answer ADD CONSTRAINT reconciliation_answer_pkey PRIMARY KEY (link, day);
ALTER TABLE reconciliation_contradiction ADD CONSTRAINT reconciliation_contradiction_pkey PRIMARY KEY (link, day, content);
ALTER TABLE recovery_code ADD CONSTRAINT recovery_code_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id);
ALTER TABLE recovery_code ADD CONSTRAINT recovery_code_pkey PRIMARY KEY (account_id, hash);
ALTER TABLE replay_edit ADD CONSTRAINT replay_edit_pkey PRIMARY KEY (plan);
ALTER TABLE replay_item ADD CONSTRAINT replay_item_pkey PRIMARY KEY (plan, "position");
ALTER TABLE replay_plan ADD CONSTRAINT replay_plan_pkey PRIMARY KEY (id);
ALTER TABLE replay_successor ADD CONSTRAINT replay_successor_pkey PRIMARY KEY (predecessor);
ALTER TABLE saved_view ADD CONSTRAINT saved_view_pkey PRIMARY KEY (id);
ALTER TABLE session ADD CONSTRAINT session_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id);
ALTER TABLE session ADD CONSTRAINT session_kind_check CHECK ((kind = ANY (ARRAY['browser'::text, 'token'::text])));
ALTER TABLE session ADD CONSTRAINT session_pkey PRIMARY KEY (hash);
ALTER TABLE session ADD CONSTRAINT session_stage_check CHECK ((stage = ANY (ARRAY['setup'::text, 'full'::text])));
ALTER TABLE sign_in_throttle ADD CONSTRAINT sign_in_throttle_pkey PRIMARY KEY (subject);
ALTER TABLE status_notice ADD CONSTRAINT status_notice_pkey PRIMARY KEY (subject, list_id, code);
ALTER TABLE stop_switch ADD CONSTRAINT stop_switch_pkey PRIMARY KEY (link);

-- indexes

CREATE INDEX access_token_account ON access_token USING btree (account_id);
CREATE UNIQUE INDEX access_token_hash ON access_token USING btree (hash);
CREATE UNIQUE INDEX access_token_pkey ON access_token USING btree (id);
CREATE UNIQUE INDEX account_name ON account USING btree (name_key);
CREATE UNIQUE INDEX account_oidc ON account USING btree (oidc_issuer, oidc_subject) WHERE (oidc_subject IS NOT NULL);
CREATE UNIQUE INDEX account_pkey ON account USING btree (id);
CREATE UNIQUE INDEX agreement_version_pkey ON agreement_version USING btree (version);
CREATE UNIQUE INDEX alert_open ON alert USING btree (rule, subject) WHERE (state <> 'resolved'::text);
CREATE UNIQUE INDEX alert_pkey ON alert USING btree (id);
CREATE INDEX alert_state ON alert USING btree (state, id);
CREATE INDEX alert_untold ON alert USING btree (id) WHERE ((state <> 'pending'::text) AND (told IS DISTINCT FROM state));
CREATE INDEX alert_notice_created ON alert_notice USING btree (created_at);
CREATE INDEX alert_notice_due ON alert_notice USING btree (next_at) WHERE (state = 'waiting'::text);
CREATE UNIQUE INDEX alert_notice_pkey ON alert_notice USING btree (id);
CREATE UNIQUE INDEX alert_silence_pkey ON alert_silence USING btree (id);
CREATE INDEX alert_silence_until ON alert_silence USING btree (until);
CREATE UNIQUE INDEX alert_turn_pkey ON alert_turn USING btree (name);
CREATE INDEX answer_message ON answer USING btree (message_id);
CREATE UNIQUE INDEX answer_pkey ON answer USING btree (query_id);
CREATE UNIQUE INDEX audit_pkey ON audit USING btree (sequence);
CREATE INDEX audit_subject ON audit USING btree (subject, sequence);
CREATE UNIQUE INDEX batch_pkey ON batch USING btree (id);
CREATE UNIQUE INDEX carried_evidence_pkey ON carried_evidence USING btree (subject, scheme);
CREATE INDEX customs_envelope_id ON customs_envelope USING btree (id);
CREATE INDEX customs_envelope_open ON customs_envelope USING btree (valid_until) WHERE (closed_at IS NULL);
CREATE UNIQUE INDEX customs_envelope_pkey ON customs_envelope USING btree (sender, id);
CREATE UNIQUE INDEX dead_letter_once ON dead_letter USING btree (link, queue, sha256, died_at, deaths);
CREATE INDEX dead_letter_open ON dead_letter USING btree (link, id) WHERE (state = 'open'::text);
CREATE UNIQUE INDEX dead_letter_pkey ON dead_letter USING btree (id);
CREATE INDEX delivery_findings ON delivery USING btree (created_at, id) WHERE ((kind = 'message'::text) AND (last_code IS NOT NULL));
CREATE INDEX delivery_notable ON delivery USING btree (created_at, id) WHERE ((kind = 'message'::text) AND (state <> ALL (ARRAY['stored'::text, 'valid'::text, 'accepted'::text, 'closed'::text])));
CREATE INDEX delivery_notable_link ON delivery USING btree (link, created_at, id) WHERE ((kind = 'message'::text) AND (state <> ALL (ARRAY['stored'::text, 'valid'::text, 'accepted'::text, 'closed'::text])));
CREATE INDEX delivery_owed ON delivery USING btree (link, id) WHERE (((kind = 'message'::text) AND ((state = ANY (ARRAY['unknown'::text, 'missing'::text, 'stored'::text])) OR ((state = 'valid'::text) AND (answer_due IS NOT NULL)))) OR ((kind = 'receipt'::text) AND (state = ANY (ARRAY['ready'::text, 'retrying'::text, 'expired'::text]))));
CREATE UNIQUE INDEX delivery_pkey ON delivery USING btree (id);
CREATE INDEX delivery_unanswered ON delivery USING btree (link, published_at) WHERE ((state = 'published'::text) AND (kind = 'message'::text));
CREATE INDEX delivery_unknown ON delivery USING btree (link, next_at) WHERE (state = 'unknown'::text);
CREATE INDEX delivery_waiting ON delivery USING btree (link, priority, id) WHERE (state = ANY (ARRAY['ready'::text, 'retrying'::text, 'publishing'::text]));
CREATE INDEX delivery_waiting_key ON delivery USING btree (link, order_key, id) WHERE ((state = ANY (ARRAY['ready'::text, 'retrying'::text, 'publishing'::text])) AND (order_key IS NOT NULL));
CREATE UNIQUE INDEX event_pkey ON event USING btree (id);
CREATE INDEX event_subject ON event USING btree (subject);
CREATE INDEX inbox_business_keys ON inbox USING gin (business_keys);
CREATE INDEX inbox_conversation ON inbox USING btree (conversation_id) WHERE (conversation_id <> message_id);
CREATE INDEX inbox_findings ON inbox USING btree (received_at, message_id) WHERE (issues <> '[]'::jsonb);
CREATE INDEX inbox_link ON inbox USING btree (link, received_at);
CREATE INDEX inbox_notable ON inbox USING btree (received_at, message_id) WHERE (state = ANY (ARRAY['received'::text, 'refused'::text, 'parked'::text, 'quarantined'::text]));
CREATE INDEX inbox_notable_link ON inbox USING btree (link, received_at, message_id) WHERE (state = ANY (ARRAY['received'::text, 'refused'::text, 'parked'::text, 'quarantined'::text]));
CREATE UNIQUE INDEX inbox_pkey ON inbox USING btree (sender, message_id);
CREATE INDEX inbox_received ON inbox USING btree (received_at, message_id);
CREATE INDEX inbox_type ON inbox USING btree (type, received_at);
CREATE UNIQUE INDEX inbox_repeat_pkey ON inbox_repeat USING btree (sender, message_id);
CREATE UNIQUE INDEX incident_fingerprint ON incident USING btree (fingerprint);
CREATE INDEX incident_last ON incident USING btree (last_at, id);
CREATE INDEX incident_link ON incident USING btree (link);
CREATE INDEX incident_merged ON incident USING btree (merged_into) WHERE (merged_into IS NOT NULL);
CREATE UNIQUE INDEX incident_pkey ON incident USING btree (id);
CREATE UNIQUE INDEX incident_hour_pkey ON incident_hour USING btree (incident, hour);
CREATE UNIQUE INDEX incident_message_pkey ON incident_message USING btree (incident, subject);
CREATE INDEX incident_message_subject ON incident_message USING btree (subject);
CREATE INDEX incident_note_incident ON incident_note USING btree (incident, id);
CREATE UNIQUE INDEX incident_note_pkey ON incident_note USING btree (id);
CREATE UNIQUE INDEX incident_place_pkey ON incident_place USING btree (name);
CREATE UNIQUE INDEX key_contact_pkey ON key_contact USING btree ("position");
CREATE UNIQUE INDEX key_document_pkey ON key_document USING btree ("position");
CREATE UNIQUE INDEX key_document_version ON key_document USING btree (party, version) WHERE (version > 0);
CREATE UNIQUE INDEX link_head_pkey ON link_head USING btree (link);
CREATE INDEX link_request_at ON link_request USING btree (at);
CREATE UNIQUE INDEX link_request_open ON link_request USING btree (kind, link, subject) WHERE (state = 'submitted'::text);
CREATE UNIQUE INDEX link_request_pkey ON link_request USING btree (id);
CREATE UNIQUE INDEX link_request_token ON link_request USING btree (author_id, request);
CREATE UNIQUE INDEX link_usage_pkey ON link_usage USING btree (link, day);
CREATE INDEX log_entry_at ON log_entry USING brin (at);
CREATE UNIQUE INDEX log_entry_message ON log_entry USING btree (message_id, jws_digest, direction, link);
CREATE UNIQUE INDEX log_entry_pkey ON log_entry USING btree (id);
CREATE INDEX log_root_last_id ON log_root USING btree (last_id, sequence);
CREATE UNIQUE INDEX log_root_pkey ON log_root USING btree (sequence);
CREATE UNIQUE INDEX log_timestamp_pkey ON log_timestamp USING btree (root_sequence);
CREATE UNIQUE INDEX mailbox_message_id ON mailbox USING btree (link, message_id);
CREATE UNIQUE INDEX mailbox_pkey ON mailbox USING btree ("position");
CREATE INDEX mailbox_waiting ON mailbox USING btree (link, "position") WHERE (acknowledged_at IS NULL);
CREATE UNIQUE INDEX mapping_assignment_pkey ON mapping_assignment USING btree (link, base);
CREATE INDEX mapping_assignment_version ON mapping_assignment USING btree (version);
CREATE UNIQUE INDEX mapping_sample_pkey ON mapping_sample USING btree (version, name);
CREATE INDEX mapping_version_at ON mapping_version USING btree (at);
CREATE UNIQUE INDEX mapping_version_number ON mapping_version USING btree (mapping, number);
CREATE UNIQUE INDEX mapping_version_pkey ON mapping_version USING btree (id);
CREATE INDEX mapping_version_shadow ON mapping_version USING btree (shadow_turn) WHERE (shadow_turn IS NOT NULL);
CREATE UNIQUE INDEX mapping_version_token ON mapping_version USING btree (author_id, request);
CREATE UNIQUE INDEX oidc_flow_pkey ON oidc_flow USING btree (state_hash);
CREATE INDEX outbox_business_keys ON outbox USING gin (business_keys) WHERE (business_keys <> '{}'::text[]);
CREATE INDEX outbox_created ON outbox USING btree (created_at, message_id);
CREATE INDEX outbox_link ON outbox USING btree (link, created_at) WHERE (kind = 'message'::text);
CREATE UNIQUE INDEX outbox_link_sequence ON outbox USING btree (link, link_sequence) WHERE (link_sequence IS NOT NULL);
CREATE UNIQUE INDEX outbox_message_id ON outbox USING btree (message_id);
CREATE UNIQUE INDEX outbox_pkey ON outbox USING btree (id);
CREATE INDEX outbox_source ON outbox USING btree (source_message_id) WHERE (source_message_id IS NOT NULL);
CREATE INDEX outbox_type ON outbox USING btree (type, created_at) WHERE (kind = 'message'::text);
CREATE INDEX quarantine_claimed ON quarantine USING btree (claimed_message_id) WHERE (claimed_message_id IS NOT NULL);
CREATE INDEX quarantine_last ON quarantine USING btree (last_at);
CREATE UNIQUE INDEX quarantine_pkey ON quarantine USING btree (link, sha256);
CREATE INDEX quarantine_sha256 ON quarantine USING btree (sha256);
CREATE INDEX receipt_about ON receipt USING btree (about_message_id);
CREATE UNIQUE INDEX receipt_pkey ON receipt USING btree (id);
CREATE UNIQUE INDEX receipt_receipt_id ON receipt USING btree (receipt_id);
CREATE UNIQUE INDEX reconciliation_pkey ON reconciliation USING btree (link, day);
CREATE UNIQUE INDEX reconciliation_answer_pkey ON reconciliation_answer USING btree (link, day);
CREATE UNIQUE INDEX reconciliation_contradiction_pkey ON reconciliation_contradiction USING btree (link, day, content);
CREATE UNIQUE INDEX recovery_code_pkey ON recovery_code USING btree (account_id, hash);
CREATE UNIQUE INDEX replay_edit_pkey ON replay_edit USING btree (plan);
CREATE UNIQUE INDEX replay_item_open ON replay_item USING btree (subject) WHERE (state = 'waiting'::text);
CREATE UNIQUE INDEX replay_item_pkey ON replay_item USING btree (plan, "position");
CREATE INDEX replay_item_subject ON replay_item USING btree (subject);
CREATE INDEX replay_plan_at ON replay_plan USING btree (at);
CREATE INDEX replay_plan_open ON replay_plan USING btree (state) WHERE (state = ANY (ARRAY['submitted'::text, 'ready'::text, 'running'::text]));
CREATE UNIQUE INDEX replay_plan_pkey ON replay_plan USING btree (id);
CREATE UNIQUE INDEX replay_plan_request ON replay_plan USING btree (author_id, request);
CREATE UNIQUE INDEX replay_successor_pkey ON replay_successor USING btree (predecessor);
CREATE UNIQUE INDEX replay_successor_successor ON replay_successor USING btree (successor);
CREATE UNIQUE INDEX saved_view_name ON saved_view USING btree (owner_id, name);
CREATE UNIQUE INDEX saved_view_pkey ON saved_view USING btree (id);
CREATE INDEX saved_view_shared ON saved_view USING btree (name) WHERE shared;
CREATE INDEX session_account ON session USING btree (account_id);
CREATE UNIQUE INDEX session_pkey ON session USING btree (hash);
CREATE UNIQUE INDEX sign_in_throttle_pkey ON sign_in_throttle USING btree (subject);
CREATE UNIQUE INDEX status_notice_pkey ON status_notice USING btree (subject, list_id, code);
CREATE UNIQUE INDEX stop_switch_pkey ON stop_switch USING btree (link);

-- triggers

CREATE TRIGGER answer_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON answer FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER carried_evidence_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON carried_evidence FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER incident_note_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON incident_note FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER key_contact_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON key_contact FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER key_document_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON key_document FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_entry_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON log_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_root_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON log_root FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_timestamp_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON log_timestamp FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER receipt_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON receipt FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reconciliation_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON reconciliation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reconciliation_answer_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON reconciliation_answer FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reconciliation_contradiction_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON reconciliation_contradiction FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER replay_edit_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON replay_edit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER replay_successor_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON replay_successor FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

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
CREATE OR REPLACE FUNCTION first_of_chain(message text)
 RETURNS bigint
 LANGUAGE sql
 STABLE
AS $function$
     WITH RECURSIVE chain AS (
       SELECT message AS id UNION ALL SELECT s.predecessor FROM chain c JOIN replay_successor s ON s.successor = c.id
     )
     SELECT min(o.id) FROM chain JOIN outbox o ON o.message_id = chain.id $function$
;
CREATE OR REPLACE FUNCTION other_bills(one text[], other text[])
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
     SELECT cardinality(one) < 2000 AND cardinality(other) < 2000
        AND EXISTS (SELECT 1 FROM unnest(one) AS b (key) WHERE starts_with(b.key, 'bill:'))
        AND EXISTS (SELECT 1 FROM unnest(other) AS b (key) WHERE starts_with(b.key, 'bill:'))
        AND NOT EXISTS (SELECT 1 FROM unnest(one) AS b (key) WHERE starts_with(b.key, 'bill:') AND b.key = ANY (other)) $function$
;
CREATE OR REPLACE FUNCTION refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $function$
;
CREATE OR REPLACE FUNCTION take_replay_step(s jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
               AND n.id <> o.id AND first_of_chain(n.message_id) > first_of_chain(o.message_id)
               AND NOT (coalesce(s->'byBill' ? o.canonical_type AND s->'byBill' ? n.canonical_type, false)
                        AND other_bills(o.business_keys, n.business_keys))
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
   END $function$
;
