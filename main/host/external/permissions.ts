import {
  PERMISSIONS_SETTING,
  type Permissions,
  permissions,
} from '../../../common/contract/permissions.ts';
import type { Catalog } from '../catalog/catalog.ts';

/** What the command line allows for as long as the host is open, beside what the settings allow. */
export interface Allowed {
  /** True, or the interpreter to use. */
  readonly python?: boolean | string;
  readonly httpHosts?: readonly string[];
}

/** What queries may do beyond reading tables. A setting that can't be read allows nothing. */
export function permissionsOf(catalog: Catalog, allowed: Allowed = {}): Permissions {
  const stored = permissions.safeParse(catalog.settings.all()[PERMISSIONS_SETTING] ?? {});
  const found = stored.success ? stored.data : permissions.parse({});
  const { python, httpHosts = [] } = allowed;
  return {
    ...found,
    python: {
      ...found.python,
      allowed: found.python.allowed || (python !== undefined && python !== false),
      interpreter: typeof python === 'string' ? python : found.python.interpreter,
    },
    http: { ...found.http, hosts: [...found.http.hosts, ...httpHosts] },
  };
}
