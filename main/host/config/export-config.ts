import {
  CONFIG_SCHEMA,
  type ConfigKind,
  type NeededSecret,
} from '../../../common/contract/config.ts';
import type { HostContext } from '../context.ts';
import { shownJson } from '../definitions/shown-json.ts';
import type { ConfigItem } from './config-item.ts';
import { SECTIONS } from './sections.ts';

/** A name for an environment variable: `CALYPSO_STREAM_ORDERS`, `…_SOURCE_TLS_KEY` for a part of the definition. */
export function secretName(
  kind: ConfigKind,
  { database, name }: Pick<ConfigItem, 'database' | 'name'>,
  what: string,
): string {
  const words = [kind, database, name, ...(what === 'secret' ? [] : [what])];
  return ['calypso', ...words]
    .filter((word) => word !== '')
    .join('_')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
}

/** The whole configuration as text, and the secrets that it names. */
export function exportConfig(host: HostContext): {
  readonly text: string;
  readonly secrets: NeededSecret[];
} {
  const secrets: NeededSecret[] = [];
  const sections = SECTIONS.map(({ kind, section, list }) => {
    const items = list(host).map((found) => {
      const named = found.secrets.map((what) => [what, secretName(kind, found, what)] as const);
      for (const [, name] of named)
        secrets.push({ name, for: `${kind} ${found.name}`, held: true });
      return {
        ...found.definition,
        ...(found.paused ? { paused: true } : {}),
        ...(named.length > 0 ? { secrets: Object.fromEntries(named) } : {}),
      };
    });
    return [section, items] as const;
  }).filter(([, items]) => items.length > 0);
  const whole = { $schema: CONFIG_SCHEMA, version: 1, ...Object.fromEntries(sections) };
  return { text: `${shownJson(whole)}\n`, secrets };
}
