import { createContext, useContext, useMemo } from 'react';
import { useStore } from 'zustand';
import type { CommandRunner } from './command.ts';
import type { Dialogs } from './dialogs.ts';
import type { EditorBridge } from './editor-bridge.ts';
import type { HostConnection } from './host.ts';
import type { Panes } from './panes.ts';
import type { SchemaState, SchemaStore } from './schema-store.ts';
import type { Run, SessionState, SessionStore } from './session-store.ts';
import { readStored, type Setting, type SettingsStore } from './settings-store.ts';
import type { Shell } from './shell.ts';
import type { ViewTabs } from './view-tabs.ts';

/** Everything that a feature may use. Made once, in `main.tsx`. */
export interface Services {
  readonly host: HostConnection;
  readonly shell: Shell;
  readonly session: SessionStore;
  readonly settings: SettingsStore;
  readonly schema: SchemaStore;
  readonly dialogs: Dialogs;
  readonly panes: Panes;
  readonly views: ViewTabs;
  readonly editor: EditorBridge;
  readonly commands: CommandRunner;
}

export const ServicesContext = createContext<Services | undefined>(undefined);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (!services) throw new Error('There are no services above this component.');
  return services;
}

export function useSession<T>(selector: (state: SessionState) => T): T {
  return useStore(useServices().session, selector);
}

export function useSchema<T>(selector: (state: SchemaState) => T): T {
  return useStore(useServices().schema, selector);
}

/** The run whose results the active document shows. */
export function useActiveRun(): Run | undefined {
  return useSession((s) => s.runs[s.activeId]);
}

/** The value of a setting and what changes it. */
export function useSetting<T>(setting: Setting<T>): [T, (value: T) => void] {
  const { settings } = useServices();
  const stored = useStore(settings, (state) => state.values[setting.key]);
  const value = useMemo(() => readStored(stored, setting), [stored, setting]);
  return [value, (next) => settings.set(setting, next)];
}
