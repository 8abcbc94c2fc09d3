import type { Setting, SettingsStore } from '../../client/settings-store.ts';
import {
  type ColumnLayout,
  type ColumnName,
  createLayout,
  layoutKey,
  type SavedLayout,
  saveLayout,
} from '../../grid/column-layout.ts';

type Layouts = Readonly<Record<string, SavedLayout>>;

/** Most layouts that are remembered; the ones unused for longest go first. */
const MAX_LAYOUTS = 200;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');

function isSavedLayout(value: unknown): value is SavedLayout {
  return (
    isRecord(value) &&
    isNames(value.order) &&
    isNames(value.hidden) &&
    isNames(value.pinned) &&
    isRecord(value.widths) &&
    Object.values(value.widths).every((width) => typeof width === 'number')
  );
}

/** Column layouts by set of column names, the least recently used first. */
const LAYOUTS: Setting<Layouts> = {
  key: 'grid.layouts',
  fallback: {},
  read: (stored) =>
    isRecord(stored)
      ? Object.fromEntries(
          Object.entries(stored).filter((entry): entry is [string, SavedLayout] =>
            isSavedLayout(entry[1]),
          ),
        )
      : undefined,
};

export function hasRememberedLayout(
  settings: SettingsStore,
  columns: readonly ColumnName[],
): boolean {
  return layoutKey(columns) in settings.get(LAYOUTS);
}

export function rememberedLayout(
  settings: SettingsStore,
  columns: readonly ColumnName[],
): ColumnLayout {
  return createLayout(columns, settings.get(LAYOUTS)[layoutKey(columns)]);
}

export function rememberLayout(
  settings: SettingsStore,
  columns: readonly ColumnName[],
  layout: ColumnLayout,
): void {
  const key = layoutKey(columns);
  const { [key]: _old, ...others } = settings.get(LAYOUTS);
  const kept = Object.entries(others).slice(-(MAX_LAYOUTS - 1));
  settings.set(LAYOUTS, Object.fromEntries([...kept, [key, saveLayout(layout)]]));
}

export function forgetLayout(
  settings: SettingsStore,
  columns: readonly ColumnName[],
): ColumnLayout {
  const { [layoutKey(columns)]: _old, ...others } = settings.get(LAYOUTS);
  settings.set(LAYOUTS, others);
  return createLayout(columns);
}
