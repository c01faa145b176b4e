import { useQuery } from '@tanstack/react-query';
import type { Language } from '../i18n/index.ts';
import { api } from './client.ts';

export interface ErrorWords {
  readonly text: string;
  readonly action: string;
}
type Catalogue = Readonly<Record<string, { readonly words: Readonly<Record<Language, ErrorWords>> } | undefined>>;

/** The gateway's own words for a code, in a language; undefined while they are read, and for a code that it does not know. */
export function useErrorWords(): (code: string, language: string) => ErrorWords | undefined {
  const { data } = useQuery({ queryKey: ['error-words'], queryFn: () => api.get<Catalogue>('/docs/errors.json'), staleTime: Infinity });
  return (code, language) => data?.[code]?.words[language as Language];
}
