import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { streamDefinition } from '../../../common/contract/stream.ts';
import { SecretStore } from '../secrets/secret-store.ts';
import { StreamSecrets } from './stream-secrets.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calypso-stream-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const given = streamDefinition.parse({
  name: 's',
  database: 'd',
  table: 't',
  source: {
    kind: 'kafka',
    topics: ['x'],
    cluster: { brokers: ['b:1'], tls: { certificate: 'public', key: 'private' } },
  },
});

it('a definition gives its secret fields away, and gets them back when it runs', () => {
  const secrets = new StreamSecrets(new SecretStore({ folder }));
  const kept = secrets.keep(given, 'password');
  expect(JSON.stringify(kept)).not.toContain('private');
  expect(JSON.stringify(kept)).toContain('public');
  expect(secrets.whole(kept)).toEqual(given);
  expect(secrets.secret('s')).toBe('password');
});

it('what a stream kept is forgotten with it', () => {
  const secrets = new StreamSecrets(new SecretStore({ folder }));
  const kept = secrets.keep(given, 'password');
  secrets.forget('s');
  expect(secrets.secret('s')).toBeUndefined();
  expect(secrets.whole(kept)).toEqual(kept);
});
