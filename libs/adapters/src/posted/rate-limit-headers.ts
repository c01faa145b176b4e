import type { Response } from 'express';
import type { AllowanceStanding } from '#exchange';

const DAY_SECONDS = 86_400;

/**
 * What is left to the sender, in the field RateLimit (draft-ietf-httpapi-ratelimit-headers-10): `r` how many, `t` seconds until the whole
 * is there again. Only limits that were agreed are named, but for the open ones, which always are.
 */
export function sayWhatIsLeft(response: Response, standing: AllowanceStanding, now = new Date()): void {
  const { leftOpen, leftInBurst, leftMessages, leftBytes, renews } = standing;
  const day = Math.min(DAY_SECONDS, Math.max(1, Math.ceil((renews.getTime() - now.getTime()) / 1000)));
  const fields = [
    `"open";r=${leftOpen}`,
    ...(leftInBurst === undefined ? [] : [`"minute";r=${leftInBurst}`]),
    ...(leftMessages === undefined ? [] : [`"day-messages";r=${leftMessages};t=${day}`]),
    ...(leftBytes === undefined ? [] : [`"day-bytes";r=${leftBytes};t=${day}`]),
  ];
  response.setHeader('RateLimit', fields.join(', '));
}
