import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';

export interface Account {
  readonly id: string;
  readonly kind: 'person' | 'service';
  readonly name: string;
  readonly roles: readonly string[];
  readonly partners: 'all' | readonly string[];
  readonly disabled: boolean;
  readonly mustChangePassword: boolean;
  readonly enrolled: boolean;
  readonly oidc?: { readonly issuer: string; readonly subject: string };
  readonly lastSignInAt?: string;
}

/** An account with the secret that is shown this once. */
export interface Made {
  readonly account: Account;
  readonly oneTimeSecret?: string;
}

export interface RoleBook {
  readonly roles: Readonly<Record<string, { readonly text: string; readonly rights: readonly string[] }>>;
  readonly exclusive: readonly (readonly string[])[];
}

export const useAccounts = () =>
  useQuery({ queryKey: ['accounts'], queryFn: async () => (await api.get<{ accounts: Account[] }>('/api/accounts')).accounts });

export const useRoles = () => useQuery({ queryKey: ['roles'], queryFn: () => api.get<RoleBook>('/api/roles'), staleTime: Infinity });
