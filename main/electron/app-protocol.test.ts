import { join, resolve } from 'node:path';
import { describe, expect, it, vi } from 'vitest';

vi.mock('electron', () => ({ app: {}, shell: {}, protocol: {} }));
const { fileOf } = await import('./app-protocol.ts');
const { isOwnPage, isWebPage } = await import('./guard.ts');

const root = resolve('/app/dist/renderer');

describe('fileOf', () => {
  it('finds files below the root', () => {
    expect(fileOf(root, 'app://calypso/')).toBe(join(root, 'index.html'));
    expect(fileOf(root, 'app://calypso/assets/a.js?v=1#x')).toBe(join(root, 'assets', 'a.js'));
    expect(fileOf(root, 'app://calypso/a%20b.js')).toBe(join(root, 'a b.js'));
  });

  it('folds dots as a browser does', () => {
    expect(fileOf(root, 'app://calypso/a/../../b.js')).toBe(join(root, 'b.js'));
    expect(fileOf(root, 'app://calypso/%2e%2e/b.js')).toBe(join(root, 'b.js'));
  });

  it.each([
    'app://calypso/..%2f..%2fetc/passwd',
    'app://calypso/a/..%5c..%5csecret',
    'app://calypso/c:/windows',
    'app://calypso/a%00.js',
    'app://calypso/%',
    'app://other/index.html',
    'file:///etc/passwd',
    'https://calypso/index.html',
    'nonsense',
  ])('refuses %s', (address) => {
    expect(fileOf(root, address)).toBeUndefined();
  });
});

describe('addresses', () => {
  it('knows its own page', () => {
    expect(isOwnPage('app://calypso/index.html')).toBe(true);
    expect(isOwnPage('app://calypso')).toBe(true);
    for (const other of ['app://calypso.evil/', 'https://calypso/', 'about:blank', 'file:///x', ''])
      expect(isOwnPage(other)).toBe(false);
  });

  it('opens web pages only', () => {
    expect(isWebPage('https://example.com/a?b#c')).toBe(true);
    for (const other of [
      'file:///etc/passwd',
      'javascript:alert(1)',
      'smb://x/y',
      'ms-msdt:/id',
      'https://bank.example@evil.example/',
      'no address',
    ])
      expect(isWebPage(other)).toBe(false);
  });
});
