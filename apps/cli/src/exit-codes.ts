import type { ErrorCode } from '#model';

/** Every exit code of every command; `landbridge --help` and docs/cli.md print this table. Numbers from 64 are those of sysexits.h. */
export const EXIT = {
  OK: 0,
  INVALID: 2,
  /** `verify` only, from here to 23. */
  PURGED: 10,
  SIGNATURE: 20,
  RECEIPT: 21,
  KEY: 22,
  TIME: 23,
  USAGE: 64,
  NO_INPUT: 66,
  UNAVAILABLE: 69,
  INTERNAL: 70,
  NOT_ALLOWED: 77,
  CONFIGURATION: 78,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  [EXIT.OK]: 'done; the document is valid; the gateway is ready; the broker is as planned',
  [EXIT.INVALID]: 'the document, key or message was refused, or differences were found',
  [EXIT.PURGED]: 'verify: intact, but documents are no longer in the pack',
  [EXIT.SIGNATURE]: 'verify: a signature or the file is not what it was',
  [EXIT.RECEIPT]: 'verify: the receipt of the addressee is missing',
  [EXIT.KEY]: 'verify: a key was not valid then, or nobody you trust vouches for it',
  [EXIT.TIME]: 'verify: the time is not proven',
  [EXIT.USAGE]: 'the command was not used as described',
  [EXIT.NO_INPUT]: 'a file or message was not found',
  [EXIT.UNAVAILABLE]: 'gateway, database or broker do not answer, or the gateway is not ready',
  [EXIT.INTERNAL]: 'something unexpected happened',
  [EXIT.NOT_ALLOWED]: 'the token or user has no right to this',
  [EXIT.CONFIGURATION]: 'the configuration is not valid',
};

const BY_CODE: Partial<Record<ErrorCode, ExitCode>> = {
  USAGE: EXIT.USAGE,
  FILE_UNREADABLE: EXIT.NO_INPUT,
  NOT_FOUND: EXIT.NO_INPUT,
  NOT_ALLOWED: EXIT.NOT_ALLOWED,
  NOT_SIGNED_IN: EXIT.NOT_ALLOWED,
  SIGN_IN_REFUSED: EXIT.NOT_ALLOWED,
  CONFIGURATION_INVALID: EXIT.CONFIGURATION,
  INTERNAL: EXIT.INTERNAL,
  GATEWAY_UNREACHABLE: EXIT.UNAVAILABLE,
  BROKER_UNREACHABLE: EXIT.UNAVAILABLE,
  LINK_UNREACHABLE: EXIT.UNAVAILABLE,
  STORE_UNAVAILABLE: EXIT.UNAVAILABLE,
  PUBLISH_RETURNED: EXIT.UNAVAILABLE,
  PUBLISH_UNCONFIRMED: EXIT.UNAVAILABLE,
  RECEIPT_MISSING: EXIT.UNAVAILABLE,
};

/** How a failure of the catalogue ends the process; what is not listed is a finding about the input. */
export const exitCodeOf = (code: ErrorCode): ExitCode => BY_CODE[code] ?? EXIT.INVALID;
