import { createStore, type StoreApi } from 'zustand/vanilla';
import type { HostClient } from '../../common/contract/host.ts';

/** One stored preference. `read` turns what was stored, by whatever version, into a value or undefined. */
export interface Setting<T> {
  readonly key: string;
  readonly fallback: T;
  readonly read: (stored: unknown) => T | undefined;
}

export function choiceSetting<const T extends string>(
  key: string,
  choices: readonly T[],
  fallback: NoInfer<T>,
): Setting<T> {
  return { key, fallback, read: (stored) => choices.find((choice) => choice === stored) };
}

export function numberSetting(
  key: string,
  fallback: number,
  min: number,
  max: number,
): Setting<number> {
  return {
    key,
    fallback,
    read: (stored) =>
      typeof stored === 'number' && stored >= min && stored <= max ? stored : undefined,
  };
}

export function textSetting(key: string, fallback: string): Setting<string> {
  return {
    key,
    fallback,
    read: (stored) => (typeof stored === 'string' ? stored : undefined),
  };
}

export function switchSetting(key: string, fallback: boolean): Setting<boolean> {
  return {
    key,
    fallback,
    read: (stored) => (typeof stored === 'boolean' ? stored : undefined),
  };
}

export function listSetting(key: string): Setting<readonly string[]> {
  const texts = (stored: unknown): stored is string[] =>
    Array.isArray(stored) && stored.every((item) => typeof item === 'string');
  return { key, fallback: [], read: (stored) => (texts(stored) ? stored : undefined) };
}

/** Preferences that more than one feature reads; a feature's own ones stand in its folder. */
export const SETTINGS = {
  theme: choiceSetting('theme', ['system', 'light', 'dark', 'contrast'], 'system'),
  /** Pixels, before zoom. */
  editorFontSize: numberSetting('editor.fontSize', 13, 8, 40),
  editorFontFamily: textSetting('editor.fontFamily', ''),
  gridFontSize: numberSetting('grid.fontSize', 12, 8, 32),
  /** 1 is 100 %: editor and grid together. */
  zoom: numberSetting('zoom', 1, 0.5, 3),
  /** Id of the tab in front. */
  activeDocument: textSetting('documents.active', ''),
  /** `UTC`, `local` or an IANA name: the zone in which datetimes are shown. */
  timeZone: textSetting('timeZone', 'UTC'),
} as const;

export interface SettingsState {
  readonly loaded: boolean;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface SettingsStore extends StoreApi<SettingsState> {
  load(): Promise<void>;
  get<T>(setting: Setting<T>): T;
  set<T>(setting: Setting<T>, value: T): void;
}

export function readStored<T>(stored: unknown, setting: Setting<T>): T {
  return stored === undefined ? setting.fallback : (setting.read(stored) ?? setting.fallback);
}

/**
 * Settings live in the catalog. A change is visible at once and saved within 300 ms, several changes of one
 * key as one.
 */
export function createSettingsStore(host: HostClient): SettingsStore {
  const store = createStore<SettingsState>(() => ({ loaded: false, values: {} }));
  const unsaved = new Map<string, unknown>();
  let scheduled = false;

  function save(): void {
    scheduled = false;
    for (const [key, value] of unsaved) {
      unsaved.delete(key);
      host.call('settings.set', { key, value }).catch(() => {
        // The host is away: kept for the next change, unless a newer value has come.
        if (!unsaved.has(key)) unsaved.set(key, value);
      });
    }
  }

  host.on('settings.changed', ({ key, value }) => {
    if (!unsaved.has(key)) store.setState((s) => ({ values: { ...s.values, [key]: value } }));
  });
  window.addEventListener('pagehide', save);

  return {
    ...store,
    async load() {
      const { settings } = await host.call('settings.getAll', {});
      store.setState((s) => ({ loaded: true, values: { ...settings, ...s.values } }));
    },
    get: (setting) => readStored(store.getState().values[setting.key], setting),
    set(setting, value) {
      store.setState((s) => ({ values: { ...s.values, [setting.key]: value } }));
      unsaved.set(setting.key, value);
      if (scheduled) return;
      scheduled = true;
      setTimeout(save, 300);
    },
  };
}
