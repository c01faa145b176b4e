/** What went wrong, as the gateway says it (RFC 9457): a stable code, and nothing of the payload. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    /** Each fault of what was sent, with its place. */
    readonly faults: readonly string[] = [],
  ) {
    super(`${code} ${detail}`);
  }
}

/** The anti-forgery token of the session: cookies travel by themselves, this does not. */
let csrfToken = '';
export function keepCsrfToken(token: string): void {
  csrfToken = token;
}

/** Called when the gateway no longer knows who asks: the session ended, or somebody ended it. */
let whenSignedOut: () => void = () => undefined;
export function onSignedOut(listener: () => void): void {
  whenSignedOut = listener;
}

/** Answers asked for before anybody reads them. */
const early = new Map<string, Promise<unknown>>();

/** Asks now what a screen that still comes will read first; the first who reads the path gets this answer, once. */
export function askEarly(paths: readonly string[]): void {
  for (const path of paths) {
    const answer = call<unknown>('GET', path);
    early.set(path, answer);
    // Whoever reads it asks again, and is told then.
    answer.catch(() => early.delete(path));
  }
}

function get<T>(path: string): Promise<T> {
  const answer = early.get(path);
  early.delete(path);
  return (answer ?? call<T>('GET', path)) as Promise<T>;
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    headers: {
      accept: 'application/json',
      ...(csrfToken === '' ? {} : { 'x-csrf-token': csrfToken }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new ApiError(0, 'UNREACHABLE', '');
  });
  const text = await response.text();
  const value = text === '' ? undefined : parse(text);
  if (response.ok) return value as T;
  if (response.status === 401) whenSignedOut();
  const {
    code = 'HTTP_' + response.status,
    detail = '',
    errors = [],
  } = (value ?? {}) as {
    code?: string;
    detail?: string;
    errors?: readonly { readonly pointer: string; readonly message: string }[];
  };
  const faults = errors.map(({ pointer, message }) => `${pointer}: ${message}`);
  throw new ApiError(response.status, code, detail, faults);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const api = {
  get,
  post: <T>(path: string, body: unknown = {}) => call<T>('POST', path, body),
  patch: <T>(path: string, body: unknown) => call<T>('PATCH', path, body),
  put: <T>(path: string, body: unknown) => call<T>('PUT', path, body),
  delete: <T>(path: string, body?: unknown) => call<T>('DELETE', path, body),
};
