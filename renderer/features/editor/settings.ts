import { type Setting, switchSetting } from '../../client/settings-store.ts';
import { DEFAULT_FORMAT } from './language/formatting.ts';
import type { FormatOptions, Placement } from './language/protocol.ts';

const PLACEMENTS: readonly Placement[] = ['newLine', 'smart', 'none'];
const BRACKETS: readonly FormatOptions['brackets'][] = ['default', 'vertical', 'diagonal'];

export const FORMAT_SETTING: Setting<FormatOptions> = {
  key: 'editor.format',
  fallback: DEFAULT_FORMAT,
  read(stored) {
    if (typeof stored !== 'object' || stored === null) return undefined;
    const given = stored as Readonly<Record<keyof FormatOptions, unknown>>;
    const placement = (value: unknown, fallback: Placement): Placement =>
      PLACEMENTS.find((p) => p === value) ?? fallback;
    return {
      indent:
        typeof given.indent === 'number' && given.indent >= 0 && given.indent <= 16
          ? given.indent
          : DEFAULT_FORMAT.indent,
      pipe: placement(given.pipe, DEFAULT_FORMAT.pipe),
      semicolon: placement(given.semicolon, DEFAULT_FORMAT.semicolon),
      brackets: BRACKETS.find((b) => b === given.brackets) ?? DEFAULT_FORMAT.brackets,
      insertMissing: given.insertMissing === true,
    };
  },
};

export const EDITOR_SETTINGS = {
  completion: switchSetting('editor.completion', true),
  minimap: switchSetting('editor.minimap', false),
  wordWrap: switchSetting('editor.wordWrap', false),
  lineNumbers: switchSetting('editor.lineNumbers', true),
} as const;
