import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { safeStorage } from 'electron';
import type { Log } from './log.ts';

const KEY_BYTES = 32;

/**
 * The key to the host's secrets, kept in a file that only the system's keychain can open (DPAPI, Keychain,
 * libsecret or KWallet). Undefined where there is no keychain: the host then keeps a key of its own. Only asked
 * for when the application is ready. A key that can't be read any more is replaced; secrets are entered again.
 */
export function secretKey(path: string, log: Log): string | undefined {
  if (!safeStorage.isEncryptionAvailable()) return undefined;
  // On Linux without a keychain Electron would use a password that is written in its sources.
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text')
    return undefined;
  try {
    if (existsSync(path)) return safeStorage.decryptString(readFileSync(path));
  } catch (error) {
    log(
      `secrets: the key can't be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const key = randomBytes(KEY_BYTES).toString('base64');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, safeStorage.encryptString(key), { mode: 0o600 });
  return key;
}
