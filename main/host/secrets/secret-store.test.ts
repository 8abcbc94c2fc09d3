import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretStore } from './secret-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calypso-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (): string => readFileSync(join(folder, 'secrets.json'), 'utf8');

describe('SecretStore', () => {
  it('gives back what was put in, after a new start too, and writes none of it as it is', () => {
    const store = new SecretStore({ folder });
    store.set('kafka/prod', 'pässwörd');
    store.set('other', 'pässwörd');
    expect(new SecretStore({ folder }).get('kafka/prod')).toBe('pässwörd');
    expect(store.names()).toEqual(['kafka/prod', 'other']);
    expect(store.protection).toBe('file');
    expect(file()).not.toContain('pässwörd');
    const { 'kafka/prod': one, other } = JSON.parse(file()) as Record<string, string>;
    expect(one).not.toBe(other);
  });

  it.skipIf(process.platform === 'win32')('lets nobody else read its files', () => {
    new SecretStore({ folder }).set('a', 'b');
    for (const name of ['secrets.json', 'secrets.key'])
      expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
  });

  it('forgets, and knows no secret that was never there', () => {
    const store = new SecretStore({ folder });
    expect(store.get('a')).toBeUndefined();
    store.set('a', 'b');
    store.remove('a');
    store.remove('never');
    expect(store.names()).toEqual([]);
    expect(store.get('a')).toBeUndefined();
  });

  it('says so when the key is another one, or a secret was put in the place of another', () => {
    new SecretStore({ folder, key: randomBytes(32) }).set('a', 'b');
    const stranger = new SecretStore({ folder, key: randomBytes(32) });
    expect(() => stranger.get('a')).toThrow(/can't be read/);

    const store = new SecretStore({ folder });
    store.set('a', 'b');
    const { a } = JSON.parse(file()) as { a: string };
    writeFileSync(join(folder, 'secrets.json'), JSON.stringify({ b: a }));
    expect(() => store.get('b')).toThrow(/can't be read/);
  });

  it('is read only beside the owner of the folder', () => {
    new SecretStore({ folder }).set('a', 'b');
    const reader = new SecretStore({ folder, readOnly: true });
    expect(reader.get('a')).toBe('b');
    expect(() => reader.set('a', 'c')).toThrow(/changed in the program/);
  });
});
