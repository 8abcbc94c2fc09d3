import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Headless, serve } from '../../../main/headless.ts';
import { SILENT } from '../../../main/host/logger.ts';
import { openTestHost, SAMPLES, type TestHost } from './test-host.ts';

export const PAGE = '<!doctype html><title>Calypso</title>';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface Frame {
  readonly FrameType: string;
  readonly TableKind?: string;
  readonly TableName?: string;
  readonly Columns?: readonly { ColumnName: string; ColumnType: string }[];
  readonly Rows?: readonly unknown[][];
  readonly [key: string]: unknown;
}

/** A host that serves its REST face, from before the first test of a file until after its last. */
export class RestFace {
  #test: TestHost | undefined;
  #face: Headless | undefined;
  readonly site = mkdtempSync(join(tmpdir(), 'site-test-'));

  constructor() {
    beforeAll(() => this.#open());
    afterAll(() => this.#close());
  }

  async #open(): Promise<void> {
    const { site } = this;
    mkdirSync(join(site, 'assets'));
    writeFileSync(join(site, 'index.html'), PAGE);
    writeFileSync(join(site, 'assets', 'app-1234.js'), 'export {};');
    writeFileSync(join(site, '..', 'secret.txt'), 'secret');
    this.#test = openTestHost({ samples: SAMPLES });
    const renderer = pathToFileURL(`${site}/`);
    this.#face = await serve({ host: this.#test.host, renderer, logger: SILENT });
  }

  async #close(): Promise<void> {
    await this.#face?.close();
    await this.#test?.close();
    rmSync(this.site, { recursive: true, force: true });
  }

  get test(): TestHost {
    if (!this.#test) throw new Error('the host is not open yet');
    return this.#test;
  }

  get face(): Headless {
    if (!this.#face) throw new Error('the face is not open yet');
    return this.#face;
  }

  readonly bearer = (): Record<string, string> => ({ authorization: `Bearer ${this.face.token}` });

  /** Plain HTTP, because `fetch` doesn't let a test choose Host and Origin. */
  readonly send = (
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: string | Buffer,
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const request = httpRequest(this.face.endpoint + path, { method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
      });
      request.on('error', reject);
      request.end(body);
    });

  readonly post = async (
    path: string,
    body: object,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; headers: Answer['headers']; text: string }> => {
    const answer = await this.send(
      'POST',
      path,
      { ...this.bearer(), 'content-type': 'application/json', ...headers },
      JSON.stringify(body),
    );
    return { status: answer.status, headers: answer.headers, text: answer.body.toString() };
  };

  readonly v2 = async (csl: string, more: object = {}): Promise<Frame[]> => {
    const { status, text } = await this.post('/v2/rest/query', { csl, ...more });
    expect(status, text).toBe(200);
    return JSON.parse(text) as Frame[];
  };
}
