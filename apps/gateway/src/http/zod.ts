import { applyDecorators, Injectable, type PipeTransform } from '@nestjs/common';
import { ApiBody, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { ExchangeError, issue } from '#model';

/** One line of text as people type it: no control characters. */
export const Line = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'must not hold control characters');

/** Why somebody does something, for the audit trail. Two characters are a word in Chinese. */
export const Reason = z
  .string()
  .trim()
  .min(2)
  .max(500)
  .regex(/^[^\p{Cc}]*$/u, 'must be one line');

/**
 * Lets through exactly what the schema names (strict objects only); everything else is USAGE with one issue a field. No text gets
 * past it that a database cannot keep or find: with NUL in it, or half a character.
 */
@Injectable()
export class Checked<T> implements PipeTransform<unknown, T> {
  constructor(private readonly schema: z.ZodType<T>) {}

  transform(value: unknown): T {
    const parsed = this.schema.safeParse(value ?? {});
    if (!parsed.success)
      throw new ExchangeError('USAGE', {
        issues: parsed.error.issues.map((problem) => issue('USAGE', problem.path.join('.'), `${problem.message}.`)),
      });
    const lost = unkeepable(parsed.data, []);
    if (lost) throw new ExchangeError('USAGE', { issues: [issue('USAGE', lost.join('.'), 'must be whole characters without NUL.')] });
    return parsed.data;
  }
}

/** NUL, or half of a surrogate pair. */
const UNKEEPABLE = /[\0\p{Cs}]/u;

/** Path of the first text, a member's name too, that a database cannot keep. */
function unkeepable(value: unknown, path: readonly string[]): readonly string[] | undefined {
  if (typeof value === 'string') return UNKEEPABLE.test(value) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const found = unkeepable(name, path) ?? unkeepable(member, [...path, name]);
    if (found) return found;
  }
  return undefined;
}

type JsonSchema = Record<string, unknown>;

/**
 * As OpenAPI 3.1 takes it: JSON Schema of draft 2020-12, whose name stands once for the whole document. Made when somebody asks for the
 * document: a gateway starts more often than that.
 */
const jsonSchemaOf = (schema: z.ZodType, io: 'input' | 'output' = 'input'): JsonSchema =>
  onFirstUse(() => {
    const described = z.toJSONSchema(schema, { io, target: 'draft-2020-12' }) as JsonSchema;
    delete described['$schema'];
    return described;
  });

/** What looks like the object, and makes it when a member is first asked for. */
function onFirstUse(make: () => JsonSchema): JsonSchema {
  let made: JsonSchema | undefined;
  const whole = () => (made ??= make());
  return new Proxy<JsonSchema>(
    {},
    {
      get: (_, key) => Reflect.get(whole(), key),
      has: (_, key) => Reflect.has(whole(), key),
      ownKeys: () => Reflect.ownKeys(whole()),
      getOwnPropertyDescriptor: (_, key) => {
        const found = Reflect.getOwnPropertyDescriptor(whole(), key);
        return found && { ...found, configurable: true };
      },
    },
  );
}

/** The body in the OpenAPI document, from the schema that checks it. */
export const DescribeBody = (schema: z.ZodType): MethodDecorator => ApiBody({ schema: jsonSchemaOf(schema) });

/** The query parameters in the OpenAPI document, from the schema that checks them. */
export const DescribeQuery = (schema: z.ZodType): MethodDecorator =>
  applyDecorators(
    ...Object.entries(membersOf(schema)).map(([name, member]) =>
      ApiQuery({ name, required: member._zod.optin === undefined, schema: jsonSchemaOf(member as z.ZodType) }),
    ),
  );

/** Of an object, or of the object that is read before something is made of it. */
function membersOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> {
  const { def } = schema._zod as unknown as { def: { shape?: Record<string, z.core.$ZodType>; in?: z.core.$ZodType } };
  return def.shape ?? (def.in ? membersOf(def.in) : {});
}

/** The answer in the OpenAPI document. */
export const DescribeAnswer = (schema: z.ZodType, status: 200 | 201 = 200): MethodDecorator =>
  ApiResponse({ status, schema: jsonSchemaOf(schema, 'output') });
