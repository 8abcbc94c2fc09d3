import type { HostOptions } from '../host/host.ts';

/** Options of commands that run queries: what these may do beyond what the settings allow. */
export const ALLOW_OPTIONS = {
  'allow-python': { type: 'boolean' as const, default: false },
  python: { type: 'string' as const },
  'allow-http': { type: 'string' as const, multiple: true as const, default: [] as string[] },
};

/** `--python` names the interpreter, and allows it as `--allow-python` does. */
export function allowed(values: {
  readonly 'allow-python': boolean;
  readonly python?: string | undefined;
  readonly 'allow-http': readonly string[];
}): Pick<HostOptions, 'allow'> {
  return {
    allow: { python: values.python ?? values['allow-python'], httpHosts: values['allow-http'] },
  };
}
