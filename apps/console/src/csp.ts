/** What the page may style while running is known by this word, which the gateway makes anew for every page (apps/gateway/src/http/console.ts). */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? '';

/**
 * Gives every style element that our own scripts make the page's nonce. The component library does so by itself but for a few
 * that it makes to measure scroll bars and to lock the page under a dialog. Styles that come in as markup stay without.
 */
export function nameOwnStyles(): void {
  const create = document.createElement.bind(document) as (name: string, options?: ElementCreationOptions) => HTMLElement;
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = create(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  }) as typeof document.createElement;
}
