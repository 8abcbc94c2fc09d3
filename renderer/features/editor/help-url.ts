const DOCS = 'https://learn.microsoft.com/kusto/query';

/** Page of the language's documentation for something that the language defines. */
export function helpUrl(help: {
  readonly kind: 'function' | 'operator';
  readonly name: string;
}): string {
  const name = help.name.trim().toLowerCase();
  // Pages of functions write words apart with hyphens; aggregates and operators have endings of their own.
  return help.kind === 'operator'
    ? `${DOCS}/${name}-operator`
    : `${DOCS}/${name.replaceAll('_', '-')}-function`;
}
