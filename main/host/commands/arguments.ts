import { z } from 'zod';
import { AppError } from '../../../common/errors/app-error.ts';
import { KQL_TYPES } from '../../../common/types/kql-type.ts';

const column = z.object({ name: z.string(), type: z.enum(KQL_TYPES) });
const table = z.object({ name: z.string(), columns: z.array(column) });
const docstring = z.object({ column: z.string(), docstring: z.string() });

export type CommandColumn = z.infer<typeof column>;
export type CommandTable = z.infer<typeof table>;

/** The parts of a parsed command (`command.parse` of the query worker), read with their kind checked. */
export class CommandArguments {
  private readonly parts: Readonly<Record<string, unknown>>;

  constructor(parts: Readonly<Record<string, unknown>>) {
    this.parts = parts;
  }

  /** A part as it is, for whoever checks it. */
  part(name: string): unknown {
    return this.parts[name];
  }

  text(name: string): string {
    const value = this.optional(name);
    if (value !== undefined) return value;
    throw new AppError('syntax', 'missing_part', `The command lacks its ${name}.`);
  }

  optional(name: string): string | undefined {
    return this.list(name)[0];
  }

  /** All values of a part that may be repeated. */
  list(name: string): readonly string[] {
    const value = this.parts[name];
    if (typeof value === 'string') return [value];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  }

  /** One of the command's plain words, such as `ifexists`. */
  has(word: string): boolean {
    return this.list('words').includes(word);
  }

  columns(): readonly CommandColumn[] {
    return z.array(column).parse(this.parts.columns ?? []);
  }

  /** Each table of the command with its columns. */
  tables(): readonly CommandTable[] {
    const several = z.array(table).parse(this.parts.tables ?? []);
    return several.length > 0
      ? several
      : [{ name: this.text('TableName'), columns: [...this.columns()] }];
  }

  docstrings(): readonly z.infer<typeof docstring>[] {
    return z.array(docstring).parse(this.parts.docstrings ?? []);
  }

  /** All of `with (…)`, names in lower case. */
  properties(): Readonly<Record<string, string>> {
    return z.record(z.string(), z.string()).parse(this.parts.properties ?? {});
  }

  /** A value of `with (…)`; names don't heed case. */
  property(name: string): string | undefined {
    return this.properties()[name.toLowerCase()];
  }

  flag(name: string): boolean {
    return this.property(name)?.toLowerCase() === 'true';
  }
}
