import { z } from 'zod';

/** One right: what whoever holds it may do. `writes` rights change something; endpoints that read must not ask for one. */
export interface RightRow {
  readonly writes: boolean;
  readonly text: string;
}

const reads = (text: string): RightRow => ({ writes: false, text });
const writes = (text: string): RightRow => ({ writes: true, text });

/**
 * Every right there is. Endpoints name the one they need; roles (configuration, config/access/roles.yaml) are lists of rights.
 * Which partners' messages a right reaches is the account's scope, never part of the right.
 */
export const RIGHTS = {
  'messages.read': reads('Lists, timelines, states, receipts and findings of messages; payload fields masked.'),
  'payloads.read': reads('Payloads, frames and differences between them, unmasked.'),
  'payloads.reveal': writes('Break-glass: see one payload unmasked, with a reason that is audited.'),
  'quarantine.read': reads('What could not be authenticated, without its bytes.'),
  'evidence.read': reads('Evidence packs and log proofs. With documents it needs the right to read payloads, too.'),
  'incidents.read': reads('Incidents and their notes.'),
  'incidents.manage': writes('Own, note, resolve and reopen incidents.'),
  'replays.read': reads('Replay plans, verdicts and reports.'),
  'replays.plan': writes('Plan replays, submit them, run, pause and resume what needs no second person.'),
  'replays.stop': writes('The stop switch.'),
  'approvals.decide': writes('Approve or refuse what another person submitted: edits, re-routes, bulk replays, releases.'),
  'links.read': reads('States, queues and counts of links.'),
  'debts.read': reads('Open receipts and answers, blocked keys and dead letters, without their documents.'),
  'links.manage': writes('Pause and resume links; submit the release of blocked keys and the discarding of dead letters.'),
  'partners.read': reads('Partners, their keys, certificates and tests.'),
  'partners.manage': writes('Onboard partners, take in their keys, start tests.'),
  'mappings.read': reads('Mappings, code lists and their versions.'),
  'mappings.manage': writes('Propose mappings and code lists.'),
  'alerts.read': reads('Alert rules and what they sent.'),
  'alerts.acknowledge': writes('Acknowledge and silence alerts of the links within the scope.'),
  'alerts.manage': writes('Send a test alert over every channel.'),
  'audit.read': reads('The audit trail.'),
  'accounts.read': reads('Accounts, their roles, scopes, sessions and tokens. Never a secret.'),
  'accounts.manage': writes('Create, change, disable and reset accounts; issue and revoke tokens.'),
  'settings.read': reads('Settings, without secrets.'),
  'settings.manage': writes('Change settings, retention and maintenance windows.'),
} as const satisfies Record<string, RightRow>;

export type Right = keyof typeof RIGHTS;
const RIGHT_NAMES = Object.keys(RIGHTS) as [Right, ...Right[]];

/**
 * The roles file. `exclusive` lists groups of roles of which one account may hold one at most (separation of duties); that the
 * same person never decides on what they submitted is checked at the decision as well, whatever stands here.
 */
export const RoleBook = z
  .strictObject({
    roles: z.record(
      z.string().regex(/^[a-z]+(-[a-z]+)*$/),
      z.strictObject({ text: z.string().min(1), rights: z.array(z.enum(RIGHT_NAMES)) }),
    ),
    exclusive: z.array(z.array(z.string()).min(2)),
  })
  .check(({ value: { roles, exclusive }, issues }) => {
    for (const [index, group] of exclusive.entries()) {
      const unknown = group.filter((name) => !Object.hasOwn(roles, name));
      if (unknown.length > 0)
        issues.push({ code: 'custom', input: group, path: ['exclusive', index], message: `Unknown role ${unknown.join(', ')}` });
    }
  });
export type RoleBook = z.infer<typeof RoleBook>;

/** The union of the rights of roles; a role that is not in the book (any more) gives none. */
export function rightsOf({ roles }: RoleBook, names: readonly string[]): ReadonlySet<Right> {
  return new Set(names.flatMap((name) => (Object.hasOwn(roles, name) ? roles[name]!.rights : [])));
}

/** The first group of roles that these may not be held together of, if any. */
export function exclusiveRoles({ exclusive }: RoleBook, names: readonly string[]): readonly string[] | undefined {
  return exclusive.map((group) => group.filter((name) => names.includes(name))).find((held) => held.length > 1);
}
