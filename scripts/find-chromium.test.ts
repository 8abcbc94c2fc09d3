import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findChromium } from './find-chromium.ts';

describe('findChromium', () => {
  const PATH = ['one', 'two'].join(delimiter);

  it('takes what the environment names, whether it is there or not', () => {
    expect(findChromium({ CALYPSO_CHROMIUM: 'x', PATH }, 'linux', () => false)).toBe('x');
  });

  it('prefers Chromium to Chrome wherever on the path they are', () => {
    const there = new Set([join('one', 'google-chrome'), join('two', 'chromium')]);
    expect(findChromium({ PATH }, 'linux', (path) => there.has(path))).toBe(
      join('two', 'chromium'),
    );
  });

  it('knows the usual places', () => {
    expect(findChromium({}, 'darwin', (path) => path.includes('Edge'))).toMatch(/Microsoft Edge$/);
    const windows = findChromium({ PROGRAMFILES: 'C:' }, 'win32', (path) =>
      path.includes('chrome'),
    );
    expect(windows).toMatch(/^C:.*chrome\.exe$/);
  });

  it('says so when there is none', () => {
    expect(findChromium({ PATH }, 'linux', () => false)).toBeUndefined();
  });
});
