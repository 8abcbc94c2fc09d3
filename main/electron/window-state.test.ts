import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINIMUM, readWindowState, visibleBounds, writeWindowState } from './window-state.ts';

const screen = { x: 0, y: 25, width: 1920, height: 1055 };

describe('window state', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'window-state-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('comes back as it was written', () => {
    const path = join(folder, 'shell', 'window.json');
    const state = { bounds: { x: 5, y: 30, width: 900, height: 700 }, maximized: true };
    writeWindowState(path, state);
    expect(readWindowState(path)).toEqual(state);
  });

  it.each([
    '',
    '{',
    'null',
    '{"bounds":{"x":1}}',
    '{"bounds":{"x":1.5,"y":0,"width":1,"height":1}}',
  ])('ignores a damaged file: %s', (text) => {
    const path = join(folder, 'window.json');
    writeFileSync(path, text);
    expect(readWindowState(path)).toEqual({ bounds: undefined, maximized: false });
  });
});

describe('visibleBounds', () => {
  it('keeps a window that can be seen', () => {
    const bounds = { x: 100, y: 100, width: 1000, height: 800 };
    expect(visibleBounds(bounds, [screen])).toEqual(bounds);
  });

  it('lets a window of a screen that is gone come back to the middle', () => {
    expect(visibleBounds({ x: 2500, y: 100, width: 1000, height: 800 }, [screen])).toBeUndefined();
    expect(visibleBounds({ x: 100, y: -400, width: 1000, height: 800 }, [screen])).toBeUndefined();
  });

  it('makes a tiny window usable', () => {
    const bounds = visibleBounds({ x: 100, y: 100, width: 10, height: 10 }, [screen]);
    expect(bounds).toEqual({ x: 100, y: 100, ...MINIMUM });
  });
});
