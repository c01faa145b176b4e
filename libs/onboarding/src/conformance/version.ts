/** Version of the cases; a certificate names it. A case that demands more raises the second number. */
export const SUITE_VERSION = '1.0.0';
