import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import express, { type RequestHandler, type Response, Router } from 'express';

/** Scripts and styles of our own files only; what the component library styles while running carries the page's nonce. */
const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

/**
 * The console's files under /console. Everything that is not a file is the one page, whose routes the browser knows; files
 * have their digest in their name and are kept for ever. Without a build (`npm run build:console`) it says so.
 */
export function consoleRoutes(folder: string): Router {
  const router = Router();
  const index = join(folder, 'index.html');
  const page = existsSync(index) ? readFileSync(index, 'utf8') : undefined;
  router.use('/assets', compressed(join(folder, 'assets')));
  router.use('/assets', express.static(join(folder, 'assets'), { immutable: true, maxAge: '365d', index: false, redirect: false }));
  router.use('/assets', (_request, response) => void response.status(404).end());
  router.get('/icon.svg', (_request, response) => response.sendFile('icon.svg', { root: folder }));
  router.use((request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next();
    if (page === undefined) return void response.status(404).type('text/plain').send('The console is not built. Run: npm run build\n');
    sendPage(response, page);
  });
  return router;
}

function sendPage(response: Response, page: string): void {
  const nonce = randomBytes(18).toString('base64url');
  response
    .setHeader('Content-Security-Policy', policy(nonce))
    .setHeader('Cache-Control', 'no-store')
    .setHeader('X-Content-Type-Options', 'nosniff')
    .setHeader('Referrer-Policy', 'same-origin')
    .setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.type('text/html').send(page.replaceAll('__CSP_NONCE__', nonce));
}

/** The smaller first. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** The build lays compressed forms beside each file (scripts/build-console.mjs): whoever takes one gets it, without work for us. */
function compressed(folder: string): RequestHandler {
  const names = new Set(existsSync(folder) ? readdirSync(folder) : []);
  return (request, response, next) => {
    response.vary('Accept-Encoding');
    const name = request.path.slice(1);
    const found = ENCODINGS.find(([encoding, suffix]) => request.acceptsEncodings(encoding) && names.has(name + suffix));
    if (!found) return next();
    response.setHeader('Content-Encoding', found[0]);
    response.type(extname(name));
    request.url = `/${name}${found[1]}`;
    next();
  };
}
