import type { Conduct } from '../conduct.ts';
import { horgosStation } from './hrg.ts';
import { khorgosTerminal } from './keg.ts';
import { nationalSingleWindow } from './nsw.ts';

/** The local window only takes what comes back; R1 and R2 are all it says. */
const localSingleWindow: Conduct = () => Promise.resolve();

/** How each party answers. A new kind of party is one file and one row. */
export const CONDUCTS: Readonly<Record<string, Conduct>> = {
  LSW: localSingleWindow,
  NSW: nationalSingleWindow,
  HRG: horgosStation,
  KEG: khorgosTerminal,
};
