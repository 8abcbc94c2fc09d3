import type { ClientParameters } from '../../client/prepared-text.ts';
import type { Services } from '../../client/services.ts';
import type { Setting } from '../../client/settings-store.ts';

export interface ParameterSets {
  /** Whether values are put into queries at all. */
  readonly enabled: boolean;
  readonly active: string;
  readonly sets: Readonly<Record<string, ClientParameters>>;
}

export const DEFAULT_SET = 'Default';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): value is Record<string, string> =>
  isRecord(value) && Object.values(value).every((text) => typeof text === 'string');

/** Named sets of client parameters, shared by all tabs. */
export const PARAMETER_SETS: Setting<ParameterSets> = {
  key: 'parameters',
  fallback: { enabled: true, active: DEFAULT_SET, sets: { [DEFAULT_SET]: {} } },
  read(stored) {
    if (!isRecord(stored) || !isRecord(stored.sets)) return undefined;
    const sets = Object.fromEntries(
      Object.entries(stored.sets).filter((entry): entry is [string, Record<string, string>] =>
        isTexts(entry[1]),
      ),
    );
    const active = typeof stored.active === 'string' ? stored.active : DEFAULT_SET;
    return {
      enabled: stored.enabled !== false,
      active: Object.hasOwn(sets, active) ? active : DEFAULT_SET,
      sets: { [DEFAULT_SET]: {}, ...sets },
    };
  },
};

/** The values that queries get now. */
export function currentParameters({ settings }: Pick<Services, 'settings'>): ClientParameters {
  const { enabled, active, sets } = settings.get(PARAMETER_SETS);
  return enabled ? (sets[active] ?? {}) : {};
}
