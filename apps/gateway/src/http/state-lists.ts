import type { StateOrders } from '#exchange';

/** The code lists that rank their states, and which party is behind which link. */
export abstract class StateLists {
  abstract readonly orders: StateOrders;
  /** Empty for a link that left the agreements. */
  abstract partnerOf(link: string): string;
  abstract linkOf(party: string): string | undefined;
}
