/**
 * The few web-standard globals that Node, Electron and browsers share. `common` and `workers/kql` are checked
 * with these alone, so that neither Node's nor the DOM's own names compile there.
 */
export {};

declare global {
  interface AbortSignal {
    readonly aborted: boolean;
    readonly reason: unknown;
    throwIfAborted(): void;
    addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
    removeEventListener(type: 'abort', listener: () => void): void;
  }
  interface AbortController {
    readonly signal: AbortSignal;
    abort(reason?: unknown): void;
  }
  const AbortController: { prototype: AbortController; new (): AbortController };
  class TextEncoder {
    encode(text: string): Uint8Array<ArrayBuffer>;
  }
  class TextDecoder {
    constructor(label?: string, options?: { fatal?: boolean });
    decode(bytes: Uint8Array, options?: { stream?: boolean }): string;
  }
}
