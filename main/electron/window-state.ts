import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a window was, in device-independent pixels. */
export interface WindowState {
  /** Undefined: in the middle of the screen. */
  readonly bounds: Rectangle | undefined;
  readonly maximized: boolean;
}

export const MINIMUM = { width: 720, height: 480 } as const;
export const DEFAULT_SIZE = { width: 1440, height: 900 } as const;
const NOTHING: WindowState = { bounds: undefined, maximized: false };

/** A file that is missing, damaged or of another version is as good as none. */
export function readWindowState(path: string): WindowState {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return NOTHING;
    const bounds = 'bounds' in value && isRectangle(value.bounds) ? value.bounds : undefined;
    return { bounds, maximized: 'maximized' in value && value.maximized === true };
  } catch {
    return NOTHING;
  }
}

export function writeWindowState(path: string, state: WindowState): void {
  mkdirSync(dirname(path), { recursive: true });
  const next = `${path}.next`;
  writeFileSync(next, JSON.stringify(state));
  renameSync(next, path);
}

/**
 * The same place if it can still be seen and grasped, else undefined: a screen may be gone. At least 100
 * pixels of the title bar must lie on one of the work areas.
 */
export function visibleBounds(
  bounds: Rectangle | undefined,
  workAreas: readonly Rectangle[],
): Rectangle | undefined {
  if (!bounds) return undefined;
  const sized = {
    ...bounds,
    width: Math.max(bounds.width, MINIMUM.width),
    height: Math.max(bounds.height, MINIMUM.height),
  };
  const seen = workAreas.some((area) => {
    const left = Math.max(sized.x, area.x);
    const right = Math.min(sized.x + sized.width, area.x + area.width);
    return right - left >= 100 && sized.y >= area.y && sized.y < area.y + area.height - 30;
  });
  return seen ? sized : undefined;
}

function isRectangle(value: unknown): value is Rectangle {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Record<string, unknown>;
  return ['x', 'y', 'width', 'height'].every((key) => Number.isInteger(record[key]));
}
