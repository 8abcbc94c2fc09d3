import { randomUUID } from 'node:crypto';
import { createWriteStream, mkdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../../common/errors/app-error.ts';

interface Upload {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  complete: boolean;
}

export interface Download {
  readonly path: string;
  readonly name: string;
}

/** Where a face puts the bytes of an upload, and fetches those of a download; relative to its address. */
export const UPLOAD_PATH = '/upload/';
export const DOWNLOAD_PATH = '/download/';

/**
 * Files that come from and go to a browser. Ids are random and good for one transfer; the files live in the
 * temporary folder, which is emptied at every start.
 */
export class FileExchange {
  private readonly uploads = new Map<string, Upload>();
  private readonly downloads = new Map<string, Download>();
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  beginUpload(name: string, bytes: number): { id: string; url: string } {
    const id = randomUUID();
    this.uploads.set(id, {
      name: plainName(name),
      path: this.newPath(name),
      bytes,
      complete: false,
    });
    return { id, url: UPLOAD_PATH + id };
  }

  /** Writes the bytes of an upload that was begun. Returns false if there is none with this id. */
  async receive(id: string, bytes: Readable): Promise<boolean> {
    const upload = this.uploads.get(id);
    if (!upload || upload.complete) return false;
    try {
      await pipeline(bytes, createWriteStream(upload.path, { flags: 'wx' }));
    } catch (error) {
      await this.dropUploads([id]);
      throw error;
    }
    upload.complete = true;
    return true;
  }

  /** The files of uploads, with the names they had where they came from. */
  uploaded(ids: readonly string[]): { paths: string[]; names: string[] } {
    const found = ids.map((id) => {
      const upload = this.uploads.get(id);
      if (!upload?.complete)
        throw new AppError('input', 'unknown_upload', 'An uploaded file is not there any more.', {
          hints: ['Choose the file again.'],
        });
      return upload;
    });
    return { paths: found.map((u) => u.path), names: found.map((u) => u.name) };
  }

  async dropUploads(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const upload = this.uploads.get(id);
      this.uploads.delete(id);
      if (upload) await rm(upload.path, { force: true });
    }
  }

  async pastedText(text: string, name: string): Promise<string> {
    const path = this.newPath(name);
    await writeFile(path, text, 'utf8');
    return path;
  }

  async remove(path: string): Promise<void> {
    await rm(path, { force: true });
  }

  /** A path in the temporary folder that ends like `name`. */
  newPath(name: string): string {
    mkdirSync(this.folder, { recursive: true });
    return join(this.folder, `${randomUUID()}-${plainName(name)}`);
  }

  offerDownload(path: string, name: string): string {
    const id = randomUUID();
    this.downloads.set(id, { path, name: plainName(name) });
    return DOWNLOAD_PATH + id;
  }

  /** The file behind an id, once. The caller deletes it when it is sent. */
  takeDownload(id: string): Download | undefined {
    const download = this.downloads.get(id);
    this.downloads.delete(id);
    return download;
  }
}

const MAX_NAME = 120;

/** A file name without folders or anything that some file system refuses; its ending is kept. */
function plainName(name: string): string {
  const plain = basename(name.replaceAll('\\', '/')).replace(/[^\p{L}\p{N}._ -]/gu, '_');
  return plain.slice(-MAX_NAME) || 'file';
}
