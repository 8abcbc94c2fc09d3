import { AppError } from '../../../common/errors/app-error.ts';
import type { Session } from '../../store/database.ts';
import { ident, pathList } from '../../store/quote.ts';
import type { StoredFile } from '../storage/place.ts';
import {
  type Action,
  type Add,
  action,
  type MetaData,
  type Protocol,
  parseExact,
} from './actions.ts';
import { vectorId } from './deletion-vector.ts';
import { checkProtocol } from './protocol.ts';
import type { TableFolder } from './table-folder.ts';

export const LOG_FOLDER = '_delta_log';

/** Which version of a table: a number, or the last one that was there at a moment. */
export interface TimeTravel {
  readonly version?: number | undefined;
  /** Milliseconds since 1970. */
  readonly at?: number | undefined;
}

/** A Delta table at one version. */
export interface DeltaTable {
  readonly version: number;
  readonly metaData: MetaData;
  /** The files that hold its rows. */
  readonly files: readonly Add[];
}

interface Reading {
  readonly session: Session;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the log of a Delta table (protocol, "Action Reconciliation"): the newest whole checkpoint that is not after
 * the wanted version, and the commits behind it. The folder is listed, so `_last_checkpoint`, which may be missing or
 * old, isn't needed. Throws kind `source` where there is no table or a version is gone, `unsupported` where the table
 * asks for more than this reader knows.
 */
export async function readTable(
  folder: TableFolder,
  travel: TimeTravel,
  reading: Reading,
): Promise<DeltaTable> {
  const listed = await folder.list(LOG_FOLDER);
  const log = new LogFiles(listed);
  const { latest } = log;
  if (latest === undefined)
    throw new AppError(
      'source',
      'no_delta_table',
      `${folder.name} is no Delta table: it has no log.`,
    );
  const version = await wantedVersion(folder, log, latest, travel);
  const checkpoint = log.checkpointAt(version);
  const state = new State();
  if (checkpoint) await readCheckpoint(folder, checkpoint.files, state, reading);
  for (const commit of log.commitsBehind(checkpoint?.version, version, folder.name)) {
    reading.signal?.throwIfAborted();
    for (const found of await readLines(folder, commit)) state.apply(found);
  }
  return { version, ...state.finish(folder.name) };
}

async function wantedVersion(
  folder: TableFolder,
  log: LogFiles,
  latest: number,
  { version, at }: TimeTravel,
): Promise<number> {
  if (version !== undefined) {
    if (version <= latest) return version;
    throw new AppError(
      'input',
      'no_such_version',
      `${folder.name} has no version ${version}: its latest is ${latest}.`,
    );
  }
  if (at === undefined) return latest;
  for (const commit of log.commits.toReversed())
    if ((await timeOf(folder, commit.file)) <= at) return commit.version;
  throw new AppError('input', 'no_such_version', `${folder.name} has no version that is so old.`);
}

/** The moment of a commit as it says itself; a file's own time changes with every copy. */
async function timeOf(folder: TableFolder, file: StoredFile): Promise<number> {
  for (const { commitInfo } of await readLines(folder, file))
    if (commitInfo) {
      const said = commitInfo.inCommitTimestamp ?? commitInfo.timestamp;
      if (said !== undefined) return said;
    }
  return file.modifiedAt;
}

interface Versioned {
  readonly version: number;
}

class LogFiles {
  readonly commits: readonly (Versioned & { readonly file: StoredFile })[];
  readonly #checkpoints: readonly (Versioned & { readonly files: readonly StoredFile[] })[];

  constructor(listed: readonly StoredFile[]) {
    this.commits = listed
      .flatMap((file) => {
        const found = /^(\d{20})\.json$/.exec(nameOf(file));
        return found ? [{ version: Number(found[1]), file }] : [];
      })
      .sort((a, b) => a.version - b.version);
    const sets = Map.groupBy(
      listed.filter((file) => CHECKPOINT.test(nameOf(file))),
      (file) => nameOf(file).replace(/\.\d{10}\.(\d{10})\.parquet$/, '.$1'),
    );
    this.#checkpoints = [...sets.values()]
      .flatMap((files) => {
        const [, version, , parts] = CHECKPOINT.exec(files[0] ? nameOf(files[0]) : '') ?? [];
        // A writer may have been killed between two parts.
        return files.length === Number(parts ?? 1) ? [{ version: Number(version), files }] : [];
      })
      .sort((a, b) => a.version - b.version);
  }

  get latest(): number | undefined {
    const versions = [this.commits.at(-1)?.version, this.#checkpoints.at(-1)?.version];
    const known = versions.filter((v) => v !== undefined);
    return known.length === 0 ? undefined : Math.max(...known);
  }

  checkpointAt(version: number) {
    return this.#checkpoints.findLast((c) => c.version <= version);
  }

  /** Each commit from behind the checkpoint to the version; one that is missing is an error. */
  commitsBehind(checkpoint: number | undefined, version: number, name: string): StoredFile[] {
    const first = checkpoint === undefined ? 0 : checkpoint + 1;
    const found = this.commits.filter((c) => c.version >= first && c.version <= version);
    found.forEach((commit, i) => {
      if (commit.version !== first + i) throw gone(name, first + i);
    });
    if (found.length !== version - first + 1) throw gone(name, first + found.length);
    return found.map((c) => c.file);
  }
}

const nameOf = ({ key }: StoredFile): string => key.slice(key.lastIndexOf('/') + 1);

/** Classic, of several parts, and named by a UUID (protocol, "Checkpoint Naming Scheme"). */
const CHECKPOINT =
  /^(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10})|\.[0-9a-f-]{36})?\.(?:parquet|json)$/;

function gone(name: string, version: number): AppError {
  return new AppError(
    'source',
    'delta_log_gap',
    `The log of ${name} has no version ${version}, and no checkpoint behind it.`,
    { hints: ['Its writer may have cleaned the log up: only later versions can be read.'] },
  );
}

async function readLines(folder: TableFolder, file: StoredFile): Promise<Action[]> {
  const text = await folder.text(`${LOG_FOLDER}/${nameOf(file)}`, file.bytes);
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => parsed(line, folder.name, nameOf(file)));
}

function parsed(line: string, name: string, file: string): Action {
  try {
    return action.parse(parseExact(line));
  } catch (cause) {
    throw new AppError(
      'input',
      'bad_delta_log',
      `The log of the Delta table ${name} is damaged in ${file}.`,
      { cause },
    );
  }
}

const CHECKPOINT_COLUMNS = ['add', 'metaData', 'protocol', 'sidecar'] as const;

async function readCheckpoint(
  folder: TableFolder,
  files: readonly StoredFile[],
  state: State,
  reading: Reading,
): Promise<void> {
  const [first] = files;
  const rows = first?.key.endsWith('.json')
    ? await readLines(folder, first)
    : await readParquet(folder, files.map(nameOf), reading);
  const sidecars = rows.flatMap(({ sidecar }) => (sidecar ? [`_sidecars/${sidecar.path}`] : []));
  for (const found of rows) state.apply(found);
  if (sidecars.length > 0)
    for (const found of await readParquet(folder, sidecars, reading)) state.apply(found);
}

/** Actions of Parquet files of the log; a column for each kind. */
async function readParquet(
  folder: TableFolder,
  names: readonly string[],
  { session, signal }: Reading,
): Promise<Action[]> {
  const paths: string[] = [];
  for (const name of names) paths.push(await folder.placed(`${LOG_FOLDER}/${name}`));
  const reader = `read_parquet(${pathList(paths)}, union_by_name = true, hive_partitioning = false)`;
  const there = await session.describe(reader, { signal });
  const kinds = CHECKPOINT_COLUMNS.filter((kind) => there.some((c) => c.name === kind));
  const found: Action[] = [];
  for (const kind of kinds) {
    const rows = await session.rows(
      `SELECT CAST(to_json(${ident(kind)}) AS VARCHAR) FROM ${reader} WHERE ${ident(kind)} IS NOT NULL`,
      { signal },
    );
    for (const [json] of rows)
      found.push(parsed(`{"${kind}":${String(json)}}`, folder.name, names[0] ?? ''));
  }
  return found;
}

/** What the log has said so far. */
class State {
  readonly #files = new Map<string, Add>();
  #metaData: MetaData | undefined;
  #protocol: Protocol | undefined;

  apply({ add, remove, metaData, protocol }: Action): void {
    if (remove) this.#files.delete(keyOf(remove));
    if (add) this.#files.set(keyOf(add), add);
    this.#metaData = metaData ?? this.#metaData;
    this.#protocol = protocol ?? this.#protocol;
  }

  finish(name: string): Omit<DeltaTable, 'version'> {
    if (!this.#metaData || !this.#protocol)
      throw new AppError(
        'input',
        'bad_delta_log',
        `The log of the Delta table ${name} tells no schema or no protocol.`,
      );
    checkProtocol(this.#protocol, name);
    return { metaData: this.#metaData, files: [...this.#files.values()] };
  }
}

/** A file with another deletion vector is another one (protocol, "Action Reconciliation"). */
const keyOf = ({ path, deletionVector }: Pick<Add, 'path' | 'deletionVector'>): string =>
  `${path}\n${vectorId(deletionVector)}`;
