/**
 * What a directory says of the elements of a segment: which must be there, how long they are, and which characters they
 * hold. `config/edifact/<directory>/segments.yaml` writes it as the directories print it.
 */
import type { ErrorCode } from '#model';
import { SYNTAX_ERROR } from './findings.ts';

interface Component {
  readonly mandatory: boolean;
  readonly kind: 'a' | 'n' | 'an';
  readonly min: number;
  readonly max: number;
}

interface Element {
  readonly mandatory: boolean;
  readonly components: readonly Component[];
}

/** Elements of one segment in their order. */
export type SegmentDefinition = readonly Element[];

/** Segments of one directory by tag. */
export type SegmentDefinitions = ReadonlyMap<string, SegmentDefinition>;

const COMPOSITE = /^[A-Z]\d{3} ([MC]): (.+)$/;
const SIMPLE = /^\d{4} ([MC]) (an|a|n)(\.\.)?(\d+)$/;

/** Reads one segment's lines: `1004 C an..35`, or a composite `C002 C: 1001 C an..3, 1131 C an..3`. Undefined lines are in `faults`. */
export function readSegmentDefinition(lines: readonly string[]): {
  readonly definition: SegmentDefinition;
  readonly faults: readonly string[];
} {
  const faults: string[] = [];
  const component = (text: string): Component => {
    const [, status, kind, upTo, length] = SIMPLE.exec(text) ?? [];
    if (!kind) faults.push(text);
    const max = Number(length);
    return { mandatory: status === 'M', kind: kind as Component['kind'], min: upTo ? 1 : max, max };
  };
  const definition = lines.map((line): Element => {
    const [, status, list] = COMPOSITE.exec(line) ?? [];
    const components = (list?.split(', ') ?? [line]).map(component);
    return { mandatory: list === undefined ? components[0]!.mandatory : status === 'M', components };
  });
  return { definition, faults };
}

/** Told of each deviation, with places that count from 1. */
export type ElementReport = (code: ErrorCode, syntaxError: string, detail: string, element: number, component?: number) => void;

/**
 * Compares the elements of one received segment with its definition. Empty constituents beyond the definition are let
 * pass; a conditional composite that is empty has nothing missing.
 */
export function checkElements(data: readonly (readonly string[])[], definition: SegmentDefinition, report: ElementReport): void {
  for (let index = 0; index < data.length; index++) {
    const rule = definition[index];
    if (rule) checkElement(data[index]!, rule, index + 1, report);
    else if (isFilled(data[index]!)) report('EDIFACT_CONSTITUENTS', SYNTAX_ERROR.tooManyConstituents, '', index + 1);
  }
  for (let index = data.length; index < definition.length; index++) {
    if (definition[index]!.mandatory) report('FIELD_MISSING', SYNTAX_ERROR.missing, '', index + 1);
  }
}

function checkElement(values: readonly string[], { mandatory, components }: Element, element: number, report: ElementReport): void {
  if (!isFilled(values)) {
    if (mandatory) report('FIELD_MISSING', SYNTAX_ERROR.missing, '', element);
    return;
  }
  const count = Math.max(values.length, components.length);
  for (let index = 0; index < count; index++) {
    const value = values[index] ?? '';
    const rule = components[index];
    if (value === '') {
      if (rule?.mandatory) report('FIELD_MISSING', SYNTAX_ERROR.missing, '', element, index + 1);
    } else if (rule) checkValue(value, rule, (code, error, detail) => report(code, error, detail, element, index + 1));
    else report('EDIFACT_CONSTITUENTS', SYNTAX_ERROR.tooManyConstituents, '', element, index + 1);
  }
}

const NUMBER = /^-?(\d+([.,]\d*)?|[.,]\d+)$/;
/** In a number neither the sign nor the decimal mark counts (ISO 9735). */
const NOT_COUNTED = /[-.,]/g;
const NOT_ALPHABETIC = /\p{Nd}/u;

function checkValue(
  value: string,
  { kind, min, max }: Component,
  report: (code: ErrorCode, syntaxError: string, detail: string) => void,
): void {
  if (kind === 'n' && !NUMBER.test(value)) return report('VALUE_INVALID', SYNTAX_ERROR.wrongCharacterType, 'A number is needed.');
  if (kind === 'a' && NOT_ALPHABETIC.test(value)) return report('VALUE_INVALID', SYNTAX_ERROR.wrongCharacterType, 'No digits are allowed.');
  if (value.length <= max && value.length >= min) return;
  const length = kind === 'n' ? value.replace(NOT_COUNTED, '').length : [...value].length;
  if (length > max) report('VALUE_TOO_LONG', SYNTAX_ERROR.tooLong, `The directory allows ${max} characters.`);
  else if (length < min) report('VALUE_INVALID', SYNTAX_ERROR.tooShort, `The directory demands ${min} characters.`);
}

function isFilled(values: readonly string[]): boolean {
  for (const value of values) if (value !== '') return true;
  return false;
}
