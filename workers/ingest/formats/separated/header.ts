import { inferColumn } from '../../infer/infer-column.ts';
import { isNullText } from '../../infer/text-patterns.ts';

const LONGEST_NAME = 256;

/**
 * Whether the first record holds names: all different, none empty or longer than a name, none a number or a
 * date, and either some column below holds another type than text, or no column repeats its first text.
 */
export function looksLikeHeader(records: readonly (readonly string[])[]): boolean {
  const [first, ...rest] = records;
  if (first === undefined) return false;
  const names = first.map((text) => text.trim());
  const filled = names.filter((name) => name !== '');
  // Empty names happen (an index column); mostly empty means data.
  if (filled.length < Math.ceil(names.length / 2) || filled.length === 0) return false;
  if (names.some((name) => name.length > LONGEST_NAME || name.includes('\n'))) return false;
  if (filled.some((name) => inferColumn('', [name]).type !== 'string')) return false;
  if (filled.every((name) => isNullText(name))) return false;
  if (rest.length === 0) return true;
  const sample = rest.slice(0, 500);
  const typed = names.some(
    (_, i) =>
      inferColumn(
        '',
        sample.map((r) => r[i] ?? null),
      ).type !== 'string',
  );
  if (typed) return true;
  if (new Set(filled).size < filled.length) return false;
  return !names.some((name, i) => name !== '' && sample.some((r) => r[i]?.trim() === name));
}
