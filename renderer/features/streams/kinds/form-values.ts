import { type Field, isRequired, type Values } from './source-kind.ts';

/** What the fields hold before anything was typed. */
export function initialValues(fields: readonly Field[]): Values {
  return Object.fromEntries(
    fields.map((field) => [
      field.id,
      field.fallback ?? (field.kind === 'choice' ? (field.options?.[0]?.value ?? '') : ''),
    ]),
  );
}

export const visible = (field: Field, values: Values): boolean => field.when?.(values) ?? true;

/** What is wrong with a field as it stands; a field that means nothing now has no problem. */
export function fieldProblem(field: Field, values: Values): string | undefined {
  if (!visible(field, values)) return undefined;
  const value = values[field.id] ?? '';
  if (value.trim() === '')
    return isRequired(field, values) ? `${field.label}: missing.` : undefined;
  if (field.kind === 'number' && !/^\d+(\.\d+)?$/.test(value.trim()))
    return `${field.label}: a number, please.`;
  return field.check?.(value, values);
}

/** The first problem of a form, leaving out fields that are still to be chosen. */
export function formProblem(
  fields: readonly Field[],
  values: Values,
  without?: string,
): string | undefined {
  for (const field of fields) {
    const problem = field.id === without ? undefined : fieldProblem(field, values);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The one secret that is shown to the server: what the visible field of that kind holds. */
export function secretOf(fields: readonly Field[], values: Values): string | undefined {
  const field = fields.find((f) => f.kind === 'secret' && visible(f, values));
  const secret = field ? (values[field.id] ?? '') : '';
  return secret === '' ? undefined : secret;
}
