import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compactVerify, decodeProtectedHeader, importJWK } from 'jose';
import { digestOf } from './lbm-file.ts';
import { readKeys } from './verify-folder.ts';

interface Side {
  readonly count: number;
  readonly root: string;
  readonly runs: readonly (readonly [number, number])[];
}
interface DayText {
  readonly id: string;
  readonly link: string;
  readonly day: string;
  readonly from: string;
  readonly to: string;
  readonly sent: Side;
  readonly received: Side;
  readonly statementDigest?: string;
}

/** What both signatures of a day say, read by an outsider. */
export interface VerifiedDay {
  readonly link: string;
  readonly day: string;
  readonly gateway: string;
  readonly partner: string;
  /** Count by the gateway and by the partner, each way; equal roots mean the very same messages. */
  readonly sent: { readonly ours: number; readonly theirs: number; readonly same: boolean };
  readonly received: { readonly ours: number; readonly theirs: number; readonly same: boolean };
  /** Numbers the gateway sent that the partner says it does not hold. */
  readonly missingThere: readonly number[];
}

/** Judges statement and answer of a day from two files and the public keys; throws where a signature or a reference is not as it must be. */
export async function verifyDay(folder: string, statementFile: string, answerFile: string): Promise<VerifiedDay> {
  const keys = await readKeys(join(folder, 'keys'));
  const open = async (file: string, typ: string) => {
    const jws = await readFile(join(folder, file), 'latin1');
    const { kid, typ: claimed } = decodeProtectedHeader(jws);
    const key = keys.get(kid ?? '');
    if (!key || claimed !== typ) throw new TypeError(`${file} is not signed by anybody known, or is something else.`);
    const { payload } = await compactVerify(jws, await importJWK(key.jwk, key.alg), { algorithms: [key.alg] });
    const text = JSON.parse(Buffer.from(payload).toString('utf8')) as DayText;
    if (text.from !== key.party) throw new TypeError(`${file} is signed in the name of another.`);
    return { text, digest: digestOf(Buffer.from(jws, 'latin1')) };
  };
  const statement = await open(statementFile, 'lb-reconciliation+jws');
  const answer = await open(answerFile, 'lb-reconciliation-answer+jws');
  const [ours, theirs] = [statement.text, answer.text];
  const fits = theirs.statementDigest === statement.digest && theirs.id === ours.id && theirs.from === ours.to && theirs.to === ours.from;
  if (!fits) throw new TypeError(`${answerFile} does not answer ${statementFile}.`);
  const compared = (mine: Side, other: Side) => ({
    ours: mine.count,
    theirs: other.count,
    same: mine.count === other.count && mine.root === other.root,
  });
  const held = numbersOf(theirs.received);
  return {
    link: ours.link,
    day: ours.day,
    gateway: ours.from,
    partner: ours.to,
    sent: compared(ours.sent, theirs.received),
    received: compared(ours.received, theirs.sent),
    missingThere: [...numbersOf(ours.sent)].filter((n) => !held.has(n)),
  };
}

function numbersOf({ runs }: Side): Set<number> {
  return new Set(runs.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i)));
}
