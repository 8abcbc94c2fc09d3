import protobuf, { type Type } from 'protobufjs';
import { KNOWN_FILES, OPTION_FILES } from './known-files.ts';
import { MessageJson } from './message-json.ts';

export interface ProtoFile {
  /** As `import` names it. */
  readonly name: string;
  readonly text: string;
}

const MAIN = 'schema.proto';

/** Its types leave out where the parser takes a file's name from. */
const parser = protobuf.parse as typeof protobuf.parse & { filename: string | null };

/** Messages of one `.proto` text, as JSON. */
export class ProtobufValues {
  readonly #root = new protobuf.Root();
  readonly #package: string;
  readonly #json = new MessageJson();

  /** Throws an Error that says what is wrong with the text, or which import is missing. */
  constructor(text: string, references: readonly ProtoFile[] = []) {
    const brought = new Map(references.map((file) => [file.name, file.text]));
    const loaded = new Set<string>();
    this.#package = this.#load(MAIN, text, brought, loaded);
    this.#root.resolveAll();
  }

  /** The message by its full name, or by its name in the package; by default the first one. */
  message(name: string | undefined): Type {
    if (name === undefined) return this.at([0]);
    const found =
      this.#root.lookup(name, protobuf.Type) ?? this.#root.lookup(`${this.#package}.${name}`);
    if (found instanceof protobuf.Type) return found;
    throw new Error(`the schema has no message ${name}`);
  }

  /** The message by its place: of the file, then of each message around it. */
  at(indexes: readonly number[]): Type {
    let types = messagesOf(
      this.#package === '' ? this.#root : this.#root.lookup(this.#package),
    ).filter((type) => type.filename === MAIN);
    let found: Type | undefined;
    for (const index of indexes) {
      found = types[index];
      if (!found) throw new Error(`the schema has no message at ${indexes.join('.')}`);
      types = messagesOf(found);
    }
    if (!found) throw new Error('the schema has no message');
    return found;
  }

  /** Throws an Error if the bytes are none of the type's. */
  json(type: Type, bytes: Uint8Array): string {
    return this.#json.write(type, type.decode(bytes));
  }

  /** Reads a file and what it imports; its package. */
  #load(
    name: string,
    text: string,
    brought: ReadonlyMap<string, string>,
    loaded: Set<string>,
  ): string {
    loaded.add(name);
    parser.filename = name;
    const { imports, weakImports, package: space } = parser(text, this.#root, { keepCase: true });
    for (const file of [...(imports ?? []), ...(weakImports ?? [])]) {
      if (loaded.has(file) || OPTION_FILES.has(file)) continue;
      loaded.add(file);
      const standard = protobuf.common.get(file);
      const known = brought.get(file) ?? KNOWN_FILES[file];
      if (known !== undefined) this.#load(file, known, brought, loaded);
      else if (standard?.nested) this.#root.addJSON(standard.nested);
      else throw new Error(`the schema imports ${file}, which nobody brings`);
    }
    return space ?? '';
  }
}

function messagesOf(parent: protobuf.ReflectionObject | null): Type[] {
  return parent instanceof protobuf.Namespace
    ? parent.nestedArray.filter((nested) => nested instanceof protobuf.Type)
    : [];
}
