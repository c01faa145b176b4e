/** Name of the profile this code speaks, in every signed payload. */
export const PROFILE = 'LB-PROTO-1';
/** Longest life of a message: the memory of ids and digests must outlast it (reliability E7). */
export const MAX_LIFETIME_DAYS = 31;
export const MAX_PARTS = 64;
