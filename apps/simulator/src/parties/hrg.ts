import type { FormatChoice } from '#model';
import type { Conduct } from '../conduct.ts';
import { ACCEPTED, manifestResponse } from './manifest-answers.ts';

const RESPONSE: FormatChoice = { mapping: 'cn-manifest/Response', parameters: {} };

/** Horgos station: takes the train's manifest and answers for each bill. */
export const horgosStation: Conduct = async ({ document: { message } }, desk) => {
  if (message.type !== 'Manifest') return desk.decide('accepted');
  const answer = await desk.answer('accepted', manifestResponse(message, ACCEPTED, desk.now()), RESPONSE);
  await desk.decide('accepted', answer);
};
