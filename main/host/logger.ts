/** Where the host says what a person can't see on the screen. Never query text, values or secrets. */
export interface Logger {
  debug(message: string): void;
  error(message: string, cause?: unknown): void;
}

export const SILENT: Logger = { debug: () => {}, error: () => {} };
