import type { FormatOptions } from '../../../common/text/format-value.ts';
import type { Services } from '../../client/services.ts';
import { numberSetting, SETTINGS, switchSetting } from '../../client/settings-store.ts';

/** Preferences of the grid alone. */
export const GRID_SETTINGS = {
  /** Colour rows by their severity (Level column or known words). */
  severityColours: switchSetting('grid.severityColours', true),
  /** Groups of three digits in numbers. */
  thousands: switchSetting('grid.thousands', false),
  /** Lines of text in a row; more than one wraps. */
  lines: numberSetting('grid.lines', 1, 1, 20),
} as const;

export function formatOptions(services: Services): FormatOptions {
  const zone = services.settings.get(SETTINGS.timeZone);
  return {
    timeZone: zone === 'local' ? Intl.DateTimeFormat().resolvedOptions().timeZone : zone,
    thousands: services.settings.get(GRID_SETTINGS.thousands),
  };
}
