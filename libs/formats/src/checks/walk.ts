/**
 * Where the value checks apply, worked out once for each message type from the model itself: by schema (every Code, all
 * equipment) and by member name. Branches without any check are never entered.
 */
import type { z } from 'zod';
import { Code } from '#model';
import { bare, membersOf, type Bag } from '../mapping/paths.ts';
import type { Findings } from './findings.ts';
import { checkPeriod } from './corridor.ts';
import { checkCargo, checkCode, checkEquipment, checkEquipmentNumber, checkNumber, checkStation, checkWagonNumber } from './values.ts';

export type Walk = (value: unknown, findings: Findings) => void;
type Schema = z.core.$ZodType;

const walk = <T>(check: (value: T, findings: Findings) => void): Walk => check as Walk;

/** Equipment is known by its members, because some messages take it with a number or without. */
function bySchema(schema: Schema): Walk | undefined {
  if (schema === Code) return walk(checkCode);
  const members = membersOf(schema);
  if (members && 'startDateTime' in members && 'endDateTime' in members) return walk(checkPeriod);
  return members && 'sizeTypeCode' in members && 'id' in members ? walk(checkEquipment) : undefined;
}

const BY_MEMBER: Readonly<Record<string, Walk>> = {
  railwayStationCode: walk(checkStation),
  tariffCode: walk(checkCargo),
  carryingWagonId: walk(checkWagonNumber),
  equipmentId: walk(checkEquipmentNumber),
  fromWagonId: walk(checkWagonNumber),
  toWagonId: walk(checkWagonNumber),
  transportContractDocument: walk(checkDocumentNumber),
  associatedDocument: walk(checkDocumentNumber),
};

function checkDocumentNumber({ id }: { id?: string }, findings: Findings): void {
  if (id === undefined) return;
  findings.enter('id');
  checkNumber(id, findings);
  findings.leave();
}

/** The walk of a schema below a member name, or undefined when nothing in it is checked. */
export function compileWalk(schema: Schema, member?: string): Walk | undefined {
  const inner = bare(schema);
  const { element } = inner as unknown as { element?: Schema };
  if (element) return listWalk(compileWalk(element, member));
  const checks = [
    bySchema(inner),
    member === undefined || !Object.hasOwn(BY_MEMBER, member) ? undefined : BY_MEMBER[member],
    objectWalk(inner),
  ];
  const present = checks.filter((check) => check !== undefined);
  const [first, second] = present;
  if (present.length < 2) return first;
  if (present.length === 2 && first && second) {
    return (value, findings) => {
      first(value, findings);
      second(value, findings);
    };
  }
  return (value, findings) => {
    for (const check of present) check(value, findings);
  };
}

function listWalk(inner: Walk | undefined): Walk | undefined {
  if (!inner) return undefined;
  return (value, findings) => {
    const list = value as unknown[];
    for (let i = 0; i < list.length; i++) {
      findings.enter(i);
      inner(list[i], findings);
      findings.leave();
    }
  };
}

function objectWalk(schema: Schema): Walk | undefined {
  const members = Object.entries(membersOf(schema) ?? {}).flatMap(([key, member]) => {
    const inner = schema === Code ? undefined : compileWalk(member, key);
    return inner ? [{ key, inner }] : [];
  });
  if (members.length === 0) return undefined;
  return (value, findings) => {
    const bag = value as Bag;
    for (const { key, inner } of members) {
      const member = bag[key];
      if (member === undefined) continue;
      findings.enter(key);
      inner(member, findings);
      findings.leave();
    }
  };
}
