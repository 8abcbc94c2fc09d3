import { AppError } from '../../../common/errors/app-error.ts';

/** The named parts of a parsed command, read with their kind checked. */
export class CommandArguments {
  private readonly parts: Readonly<Record<string, unknown>>;

  constructor(parts: Readonly<Record<string, unknown>>) {
    this.parts = parts;
  }

  text(name: string): string {
    const value = this.optional(name);
    if (value !== undefined) return value;
    throw new AppError('syntax', 'missing_part', `The command lacks its ${name}.`);
  }

  optional(name: string): string | undefined {
    const value = this.parts[name];
    if (typeof value === 'string') return value;
    if (Array.isArray(value) && typeof value[0] === 'string') return value[0];
    return undefined;
  }

  /** All values of a part that may be repeated. */
  list(name: string): readonly string[] {
    const value = this.parts[name];
    if (typeof value === 'string') return [value];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  }
}
