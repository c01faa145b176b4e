import type { NextFunction, Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';

const NONE = ["'none'"];
const SELF = ["'self'"];

/** Of every answer: nothing is loaded, framed or sent anywhere. What serves pages sets a policy of its own (console.ts). */
const ANSWERS = { defaultSrc: NONE, frameAncestors: NONE, baseUri: NONE, formAction: NONE };

/** The page of the API description brings inline styles; it has no session and shows nothing of partners. */
const DESCRIPTION = {
  ...ANSWERS,
  scriptSrc: SELF,
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: SELF,
};

/** `https`: the gateway is reached by TLS and only so (HSTS). */
function headersFor(directives: Record<string, string[]>, https: boolean): RequestHandler {
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    strictTransportSecurity: https ? { maxAge: 31_536_000, includeSubDomains: true } : false,
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
  }) as RequestHandler;
}

/** The headers of everything the gateway answers. Answers of the API are kept by nobody. */
export function securityHeaders(https: boolean): RequestHandler {
  const [answers, description] = [headersFor(ANSWERS, https), headersFor(DESCRIPTION, https)];
  return (request: Request, response: Response, next: NextFunction): void => {
    if (request.path.startsWith('/api')) response.setHeader('Cache-Control', 'no-store');
    (request.path === '/docs' || request.path.startsWith('/docs/') ? description : answers)(request, response, next);
  };
}
