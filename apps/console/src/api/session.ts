import { api, ApiError, keepCsrfToken } from './client.ts';

/** Who is signed in. In the stage `setup` the one-time secret must be changed and the second factor enrolled first. */
export interface Session {
  readonly account: { readonly id: string; readonly name: string };
  readonly roles: readonly string[];
  readonly rights: readonly string[];
  readonly partners: 'all' | readonly string[];
  readonly stage: 'setup' | 'full';
  /** In the stage `setup`: the steps that are missing. */
  readonly setup?: { readonly password: boolean; readonly factor: boolean };
  readonly csrfToken: string;
}

export const may = (session: Session, right: string): boolean => session.rights.includes(right);

/** The token of the newest answer counts: signing in, changing the password or the factor gives the session a new one. */
export function keep(session: Session): Session {
  keepCsrfToken(session.csrfToken);
  return session;
}

let early: Promise<Session | null> | undefined;

/** Asks before anything is drawn; the first who reads gets this answer. */
export function askSession(): Promise<Session | null> {
  early = ask();
  return early;
}

/** Who is signed in; null: nobody. */
export function readSession(): Promise<Session | null> {
  const answer = early ?? ask();
  early = undefined;
  return answer;
}

async function ask(): Promise<Session | null> {
  try {
    return keep(await api.get<Session>('/api/session'));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}
