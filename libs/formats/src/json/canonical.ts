/**
 * Canonical JSON: any canonical message as one JSON object. Read strictly (RFC 8259, no member twice, no number a double
 * cannot hold) and checked against the model; what the model does not know is kept apart and reported, never dropped.
 */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { issue, MESSAGE_TYPES, MODEL_VERSION, parseStrictJson, type CanonicalMessage, type Issue, type MessageType } from '#model';
import type { MappingRef } from '../api.ts';

const ID = 'canonical/json';

/** The model is the mapping of this format, so its version names it. */
export const CANONICAL_JSON: MappingRef & { readonly status: string; readonly title: Readonly<Record<string, string>> } = {
  id: ID,
  version: MODEL_VERSION,
  digest: createHash('sha256').update(`${ID} ${MODEL_VERSION}`).digest('hex'),
  status: 'confirmed',
  title: { en: 'Canonical JSON', zh: '规范 JSON 报文', ru: 'Канонический JSON', kk: 'Канондық JSON' },
};

export const recognisesJson = (bytes: Buffer): boolean => {
  let i = 0;
  while (bytes[i] === 0x20 || bytes[i] === 0x09 || bytes[i] === 0x0a || bytes[i] === 0x0d) i++;
  return bytes[i] === 0x7b || bytes[i] === 0x5b;
};

export interface ReadCanonical {
  readonly type?: MessageType;
  readonly message?: CanonicalMessage;
  readonly issues: readonly Issue[];
}

/** Reads one canonical message. Pointers are JSON pointers. */
export function readCanonicalJson(bytes: Buffer): ReadCanonical {
  const parsed = parseStrictJson(bytes);
  if (!parsed.ok) return { issues: [parsed.issue] };
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value['model'] !== MODEL_VERSION)
    return { issues: [issue('FORMAT_UNKNOWN', '')] };
  const { type } = value;
  if (typeof type !== 'string' || !Object.hasOwn(MESSAGE_TYPES, type)) return { issues: [issue('MESSAGE_TYPE_UNKNOWN', '/type')] };
  return { type: type as MessageType, ...fitted(type as MessageType, value) };
}

export const writeCanonicalJson = (message: CanonicalMessage): Buffer => Buffer.from(JSON.stringify(message), 'utf8');

type Json = Record<string, unknown>;

function fitted(type: MessageType, value: Json): ReadCanonical {
  const schema: z.ZodType = MESSAGE_TYPES[type];
  const first = schema.safeParse(value);
  if (first.success) return { message: first.data as CanonicalMessage, issues: [] };
  const lost = first.error.issues.flatMap((problem) =>
    problem.code === 'unrecognized_keys' ? takeOut(value, problem.path, problem.keys) : [],
  );
  const again = lost.length > 0 ? schema.safeParse(value) : first;
  const warnings = lost.map(({ pointer }) => issue('FIELD_UNMAPPED', pointer));
  if (!again.success) return { issues: [...warnings, ...again.error.issues.map((problem) => finding(value, problem))] };
  const message = again.data as CanonicalMessage;
  return { message: { ...message, unmapped: [...(message.unmapped ?? []), ...lost] }, issues: warnings };
}

/** Removes members the model does not know and returns them. */
function takeOut(root: Json, path: readonly PropertyKey[], keys: readonly string[]): { pointer: string; value: string }[] {
  const holder = at(root, path) as Json;
  return keys.map((key) => {
    const value = holder[key];
    delete holder[key];
    return { pointer: pointerOf([...path, key]), value: typeof value === 'string' ? value : JSON.stringify(value) };
  });
}

function finding(root: Json, problem: z.core.$ZodIssue): Issue {
  const pointer = pointerOf(problem.path);
  const missing = problem.code === 'invalid_type' && at(root, problem.path) === undefined;
  return missing ? issue('FIELD_MISSING', pointer) : issue('VALUE_INVALID', pointer);
}

const at = (root: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Json | undefined)?.[key as string], root);

const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
