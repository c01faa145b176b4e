import type { FrameKind } from '#exchange';
import { FRAME_EXTENSION, MEDIA_TYPES, TYPES } from '#trust';
import { POSSIBLE_DUPLICATE_HEADER } from '../amqp/amqp.publisher.ts';
import { amqpNames } from '../amqp/topology.ts';
import { boxOf, fileName, type Box } from '../folder/boxes.ts';
import { POSSIBLE_DUPLICATE_HTTP_HEADER } from '../mailbox/mailbox.controller.ts';

type Json = Readonly<Record<string, unknown>>;

/** What a body of each kind is, and the schema of what is signed in it (schemas/). */
const KINDS: Readonly<
  Record<FrameKind, { readonly typ: readonly string[]; readonly schema: readonly string[]; readonly summary: string }>
> = {
  message: {
    typ: [TYPES.message],
    schema: ['protocol.manifest'],
    summary: `A framed message: the signed manifest as compact JWS and the parts it lists, as in a ${FRAME_EXTENSION} file (LB-PROTO-1 §7).`,
  },
  receipt: {
    typ: [TYPES.receipt],
    schema: ['protocol.receipt'],
    summary: 'A signed receipt: stored, technically valid or refused, business answer (LB-PROTO-1 §5).',
  },
  query: {
    typ: [TYPES.query],
    schema: ['protocol.query'],
    summary: 'A signed question about a message of which no receipt came (LB-PROTO-1 §5.1).',
  },
  answer: {
    typ: [TYPES.answer],
    schema: ['protocol.answer'],
    summary: 'The signed answer to a question: the stored receipts, or a signed no (LB-PROTO-1 §5.1).',
  },
  keys: {
    typ: [TYPES.keys, TYPES.keyStatement],
    schema: ['protocol.key-document', 'protocol.key-statement'],
    summary: 'A key document or a statement about keys (LB-PROTO-6).',
  },
  reconciliation: {
    typ: [TYPES.reconciliation, TYPES.reconciliationAnswer],
    schema: ['protocol.reconciliation', 'protocol.reconciliation-answer'],
    summary: "A day's reconciliation or the answer to one (LB-PROTO-4 §5).",
  },
};
const KIND_NAMES = Object.keys(KINDS) as FrameKind[];

const PARAMETER = '{link}';
const names = amqpNames(PARAMETER);
const link = { link: { description: 'Link id from the agreement: small letters, digits and hyphens.' } };
const reference = (path: string): Json => ({ $ref: `#/${path}` });
const everyKind = () => Object.fromEntries(KIND_NAMES.map((kind) => [kind, reference(`components/messages/${kind}`)]));

const queueOf = (name: string): Json => ({
  amqp: { is: 'queue', queue: { name, durable: true, exclusive: false, autoDelete: false }, bindingVersion: '0.3.0' },
});
const exchangeOf = (name: string): Json => ({
  amqp: { is: 'routingKey', exchange: { name, type: 'direct', durable: true, autoDelete: false }, bindingVersion: '0.3.0' },
});
const channel = (address: string, title: string, servers: readonly string[], bindings?: Json): Json => ({
  address,
  title,
  parameters: link,
  servers: servers.map((server) => reference(`servers/${server}`)),
  messages: everyKind(),
  ...(bindings === undefined ? {} : { bindings }),
});
const inBox = (box: Box): string => `${boxOf(PARAMETER, box)}/{name}`;

const CHANNELS: Readonly<Record<string, Json>> = {
  amqpIn: channel(names.inQueue, 'The partner publishes, with this routing key', ['broker'], exchangeOf(names.inExchange)),
  amqpOut: channel(names.outQueue, 'The partner consumes', ['broker'], queueOf(names.outQueue)),
  mailboxIn: channel('/links/{link}/messages', 'HTTP: the partner posts', ['http']),
  mailboxOut: channel('/links/{link}/mailbox', 'HTTP: the partner fetches', ['http']),
  pushIn: channel('/links/{link}/push', 'HTTPS push: the partner posts, signed by RFC 9421', ['http']),
  pushOut: channel('/{link}', 'HTTPS push: the gateway posts to the address agreed for the link', ['partner']),
  folderIn: { ...channel(inBox('OutBox'), 'Folder: the partner puts files', ['folder']), parameters: { ...link, name: fileParameter() } },
  folderOut: { ...channel(inBox('InBox'), 'Folder: the partner takes files', ['folder']), parameters: { ...link, name: fileParameter() } },
};

function fileParameter(): Json {
  const example = fileName({
    order: '1',
    kind: 'message',
    messageId: '01981d3e-6c00-7000-8000-000000000001',
    type: 'cn-manifest/MT1101',
    again: false,
  });
  return { description: 'Written under another name, synchronised, then renamed (LB-PROTO-2 §4).', examples: [example] };
}

const operation = (action: 'receive' | 'send', name: string): Json => ({
  action,
  channel: reference(`channels/${name}`),
  messages: KIND_NAMES.map((kind) => reference(`channels/${name}/messages/${kind}`)),
});

/** What travels between gateway and partner over queues, mailbox and folders, as an AsyncAPI 3 document from the gateway's side; names come from the code that uses them. */
export function asyncApi(version: string): Json {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Landbridge: the signed exchange',
      version,
      description:
        'Every body is signed by its sender (LB-PROTO-1); properties and headers only label it. Delivered at least once, in order of each link; what may come twice is flagged.',
    },
    defaultContentType: MEDIA_TYPES.message,
    servers: {
      broker: {
        host: 'broker.example',
        protocol: 'amqps',
        protocolVersion: '0-9-1',
        description: "The gateway's broker; a user with its own permissions for each partner.",
      },
      http: { host: 'gateway.example', protocol: 'https', description: "The gateway's HTTP mailbox." },
      partner: { host: 'partner.example', protocol: 'https', description: 'Where the partner listens (HTTPS push).' },
      folder: { host: 'share.example', protocol: 'file', description: 'A folder that both ends reach.' },
    },
    channels: CHANNELS,
    operations: Object.fromEntries(
      Object.keys(CHANNELS).map((name) => {
        const inward = name.endsWith('In');
        return [`${inward ? 'take' : 'give'}${name.charAt(0).toUpperCase()}${name.slice(1)}`, operation(inward ? 'receive' : 'send', name)];
      }),
    ),
    components: {
      messages: Object.fromEntries(KIND_NAMES.map((kind) => [kind, messageOf(kind)])),
    },
  };
}

function messageOf(kind: FrameKind): Json {
  const { typ, schema, summary } = KINDS[kind];
  return {
    name: kind,
    summary,
    contentType: MEDIA_TYPES[kind],
    headers: {
      type: 'object',
      properties: {
        [POSSIBLE_DUPLICATE_HEADER]: { type: 'boolean', description: 'AMQP: it may have been delivered before.' },
        [POSSIBLE_DUPLICATE_HTTP_HEADER]: { type: 'string', enum: ['true'], description: 'HTTP: it may have been delivered before.' },
      },
    },
    payload: { type: 'string', format: 'binary' },
    bindings: { amqp: { messageType: kind === 'message' ? 'the message type' : kind, bindingVersion: '0.3.0' } },
    'x-typ': typ,
    'x-signed': schema.map((name) => `schemas/${name}.json`),
  };
}
