import type { FormatName, MappedColumn, ReadOptions } from '../../../common/contract/ingest.ts';
import type { ExtentReader, StoredColumn } from '../../../common/contract/store.ts';
import type { Session } from '../../store/database.ts';
import type { InputFile } from '../files/input-file.ts';
import type { Inferred } from '../infer/infer-column.ts';
import type { Relation } from '../relation.ts';

/** What a format may use while it looks at files and reads them. */
export interface FormatContext {
  readonly session: Session;
  /** For temporary files of this load; deleted at its end. */
  readonly workFolder: string;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of input that were read into temporary files, for progress. */
  readonly onStaged?: (bytes: number) => void;
}

/** A field of a source: a position in separated formats, a name or a path in the others. */
export interface LayoutField extends Inferred {
  readonly name: string;
  /** JSONPath of the field, in formats that have names. */
  readonly path?: string;
}

export interface OpenOptions {
  /** Rows get numbers, and each file is read alone; slower, for finding places. */
  readonly numbered: boolean;
  /** The relation says which file a row is from. */
  readonly named: boolean;
  /** Irregular rows and wrong bytes are errors, not forgiven. */
  readonly strict: boolean;
  /** No reader may fail on a cell: all values arrive as text. */
  readonly lenient: boolean;
  readonly columns: readonly MappedColumn[];
}

/** Where a file that is read in place holds its columns. */
export interface InPlace {
  readonly reader: ExtentReader;
  readonly columns: readonly StoredColumn[];
  /** -1 when only a full read would tell. */
  readonly rowCount: number;
}

/** What a format found in one file: all that is needed to read it without looking again. */
export interface Layout {
  readonly file: InputFile;
  readonly format: FormatName;
  readonly header: boolean;
  readonly encoding: string;
  readonly fields: readonly LayoutField[];
  /** Columns are found by position, not by name. */
  readonly positional: boolean;
  /** Texts of the rows looked at, in the order of `fields`; null is a missing value. */
  readonly rows: readonly (readonly (string | null)[])[];
  readonly wholeFile: boolean;
  readonly estimatedRows: number;
  readonly bytesPerRow: number;
  readonly notes: readonly string[];
  /** Files whose layouts have the same likeness can be opened together by any one of them. */
  readonly likeness: string;
  readonly open: (
    files: readonly InputFile[],
    options: OpenOptions,
    context: FormatContext,
  ) => Promise<Relation>;
  /** A slower way to read a file whose structure the engine's own reader refuses. */
  readonly repaired?: () => Layout;
  readonly inPlace?: (context: FormatContext) => Promise<InPlace>;
}

export interface Format {
  readonly names: readonly FormatName[];
  /** Throws kind `input` when the file is not of this format. */
  readonly layout: (
    file: InputFile,
    format: FormatName,
    options: ReadOptions,
    context: FormatContext,
  ) => Promise<Layout>;
}
