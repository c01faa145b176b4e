import { row, type ErrorRow } from './error-row.ts';

/** Rows about whoever uses the API or the command line, rather than about a message. Part of ERRORS (errors.ts). */
export const ERRORS_OF_USE = {
  USAGE: row('sender', 'refuse', 400, 'The command was not used as described.', 'See --help.'),
  GATEWAY_UNREACHABLE: row(
    'gateway',
    'retry',
    503,
    'The gateway does not answer.',
    'Start it with landbridge start, or name another one with --url.',
  ),
  BROKER_UNREACHABLE: row('gateway', 'retry', 503, 'The broker does not answer.', 'Check that it runs and that the address is right.'),
  FILE_UNREADABLE: row('sender', 'refuse', 400, 'The file cannot be read.', 'Check its name and whether you may read it.'),
  CONFORMANCE_FAILED: row(
    'sender',
    'refuse',
    422,
    'The endpoint did not pass the conformance suite in full.',
    'Mend what the report lists, then run all groups of the profile again.',
  ),
  NOT_FOUND: row('sender', 'refuse', 404, 'Nothing is known under this id.', 'Check the id.'),
  NOT_SIGNED_IN: row('sender', 'refuse', 401, 'Nobody is signed in.', 'Sign in (landbridge login), or give a token in force.'),
  SIGN_IN_REFUSED: row(
    'sender',
    'refuse',
    401,
    'Name, password and code do not belong together.',
    'Try again; ask an administrator for a new one-time secret if it does not help.',
  ),
  ISSUER_UNREACHABLE: row(
    'configuration',
    'retry',
    503,
    'The OpenID Connect issuer does not answer as it should.',
    'Check OIDC_ISSUER and the network to it; local accounts work meanwhile.',
  ),
  NAME_TAKEN: row('sender', 'refuse', 409, 'There is an account of this name or identity.', 'Choose another name.'),
  REPLAY_TAKEN: row(
    'sender',
    'refuse',
    409,
    'A message is in another replay that is still open.',
    'Wait for that replay or stop it, then plan again.',
  ),
  REPLAY_STATE: row('sender', 'refuse', 409, 'The replay is not in a state that allows this.', 'Look at the replay and its state.'),
  REPLAY_EMPTY: row('sender', 'refuse', 422, 'Nothing of this would be sent.', 'Read the verdicts; choose other messages or another kind.'),
  APPROVAL_OTHER: row(
    'sender',
    'refuse',
    409,
    'What was looked at is not the action that was submitted.',
    'Open the replay again and decide on what it says now.',
  ),
  NOT_ALLOWED: row(
    'sender',
    'refuse',
    403,
    'This is not allowed.',
    'Ask an administrator for a role that may (landbridge accounts roles).',
  ),
} as const satisfies Record<string, ErrorRow>;
