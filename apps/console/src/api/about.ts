import { useQuery } from '@tanstack/react-query';
import { api } from './client.ts';

export interface About {
  readonly environment: 'production' | 'test';
  readonly gateway: string;
  /** People may also sign in at an OpenID Connect issuer. */
  readonly issuer: boolean;
}

/** Which gateway this is. It does not change while the page is open. */
export const useAbout = (): About | undefined =>
  useQuery({ queryKey: ['about'], queryFn: () => api.get<About>('/api/about'), staleTime: Infinity }).data;
