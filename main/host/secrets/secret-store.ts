import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../common/errors/app-error.ts';

/** Bytes of a key, and of the number used once that AES-GCM wants (NIST SP 800-38D). */
export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PRIVATE = 0o600;

const stored = z.record(z.string(), z.string());

export interface SecretStoreOptions {
  /** Folder of `secrets.json`. */
  readonly folder: string;
  /** Given by a shell that keeps it in the system's keychain; else one is made in a file beside the secrets. */
  readonly key?: Uint8Array;
  /** A host that works beside the owner of the folder may read only. */
  readonly readOnly?: boolean;
}

/**
 * Secrets by name, each encrypted by itself with AES-256-GCM; its name is authenticated with it, so that one
 * can't be put in the place of another. Values are read when they are needed and kept nowhere else.
 */
export class SecretStore {
  readonly protection: 'system' | 'file';
  readonly #path: string;
  readonly #key: () => Uint8Array;
  readonly #readOnly: boolean;

  constructor({ folder, key, readOnly = false }: SecretStoreOptions) {
    this.protection = key ? 'system' : 'file';
    this.#path = join(folder, 'secrets.json');
    this.#readOnly = readOnly;
    this.#key = () => key ?? keyInFile(join(folder, 'secrets.key'));
  }

  names(): readonly string[] {
    return Object.keys(this.#read()).sort();
  }

  /** The value; undefined if there is none of that name. */
  get(name: string): string | undefined {
    const text = this.#read()[name];
    if (text === undefined) return undefined;
    const bytes = Buffer.from(text, 'base64');
    try {
      const cipher = createDecipheriv('aes-256-gcm', this.#key(), bytes.subarray(0, NONCE_BYTES));
      cipher.setAAD(Buffer.from(name));
      cipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const rest = bytes.subarray(NONCE_BYTES + TAG_BYTES);
      return Buffer.concat([cipher.update(rest), cipher.final()]).toString('utf8');
    } catch (cause) {
      throw new AppError(
        'resource',
        'secret_unreadable',
        `The secret ${name} can't be read with the key of this machine.`,
        { hints: ['Enter it again.'], cause },
      );
    }
  }

  set(name: string, value: string): void {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key(), nonce);
    cipher.setAAD(Buffer.from(name));
    const data = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
    const text = Buffer.concat([nonce, cipher.getAuthTag(), data]).toString('base64');
    this.#write({ ...this.#read(), [name]: text });
  }

  remove(name: string): void {
    const { [name]: gone, ...others } = this.#read();
    if (gone !== undefined) this.#write(others);
  }

  #read(): Readonly<Record<string, string>> {
    if (!existsSync(this.#path)) return {};
    return stored.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
  }

  #write(secrets: Readonly<Record<string, string>>): void {
    if (this.#readOnly)
      throw new AppError(
        'input',
        'folder_in_use',
        'Secrets are changed in the program that has opened this data folder.',
      );
    const whole = `${this.#path}.new`;
    writeFileSync(whole, JSON.stringify(secrets), { mode: PRIVATE });
    renameSync(whole, this.#path);
  }
}

function keyInFile(path: string): Uint8Array {
  if (existsSync(path)) {
    const key = readFileSync(path);
    if (key.length === KEY_BYTES) return key;
  }
  const key = randomBytes(KEY_BYTES);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, key, { mode: PRIVATE });
  return key;
}
