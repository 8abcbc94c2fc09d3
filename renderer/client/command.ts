import type { Services } from './services.ts';

/** Menus of the menu bar, in order. A command's category is its menu and its group in the palette. */
export const CATEGORIES = [
  'File',
  'Edit',
  'View',
  'Query',
  'Results',
  'Data',
  'Tools',
  'Help',
] as const;
export type Category = (typeof CATEGORIES)[number];

/**
 * Something that a person can do. Palette, menus and keys are built from these objects alone; each feature
 * declares its own in `commands.ts`.
 */
export interface Command {
  /** `feature.verbNoun`; stable, it may be stored. */
  readonly id: string;
  readonly title: string;
  readonly category: Category;
  /**
   * Key presses such as `Ctrl+Shift+T` or the chord `Ctrl+K Ctrl+C`; on macOS `Ctrl` is the Command key unless
   * it is written `MacCtrl`. The first one is shown.
   */
  readonly keys?: readonly string[];
  /** Whether the keys work where the focus is now; absent: everywhere. */
  readonly where?: 'editor' | 'explorer' | 'results' | 'notEditor';
  /** Commands of one group stand together in the menu, groups in ascending order; absent: palette only. */
  readonly menu?: number;
  /** Whether it can be done now; absent: always. */
  readonly when?: (services: Services) => boolean;
  readonly run: (services: Services, argument?: unknown) => void | Promise<void>;
}

export interface CommandRunner {
  /** Runs a command if its `when` allows it. Unknown ids are an error: they are a mistake in the code. */
  execute(id: string, argument?: unknown): void;
  readonly commands: readonly Command[];
}
