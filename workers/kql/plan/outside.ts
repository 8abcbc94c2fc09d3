import type { ExternalFiles } from '../../../common/contract/external.ts';
import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import type { Dynamic } from '../functions/define.ts';
import type { Row } from './plan.ts';

/** A column of files that nobody has described. */
export interface InferredColumn {
  readonly name: string;
  /** A number that counts from 1970 is a long here. */
  readonly type: KqlType;
  /** The mapping transformation that makes a moment of such a number. */
  readonly transform: string | undefined;
}

export interface InferRequest {
  readonly files: ExternalFiles;
  /** From the first file found, the one written last, or all together. */
  readonly mode: 'any' | 'last' | 'all';
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface HttpAnswer {
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed where it is JSON, else text. */
  readonly body: Dynamic;
}

export interface PythonRequest {
  readonly script: string;
  readonly kargs: Dynamic;
  readonly input: readonly Column[];
  readonly output: readonly Column[];
}

export interface TableAnswer {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** What a step may ask of the world outside of the engine. Each may be refused, with an error that says why. */
export interface Outside {
  infer(request: InferRequest, signal: AbortSignal): Promise<readonly InferredColumn[]>;
  http(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  python(
    request: PythonRequest,
    rows: AsyncIterable<readonly Row[]>,
    signal: AbortSignal,
  ): AsyncIterable<readonly Row[]>;
  /** A `.show` command against a database of this desk. */
  showCommand(text: string, database: string, signal: AbortSignal): Promise<TableAnswer>;
}
