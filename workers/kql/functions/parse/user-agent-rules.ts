/** One rule of the uap-core project: a pattern and what its groups mean. */
export interface Rule {
  readonly test: RegExp;
  readonly replacements: Readonly<Record<string, string>>;
}

export interface Rules {
  readonly browsers: readonly Rule[];
  readonly systems: readonly Rule[];
  readonly devices: readonly Rule[];
}

/** The project writes each value in single quotes on a line of its own: no more of YAML is needed. */
const LINE = /^ +(?:- )?([a-z0-9_]+): '(.*)'\s*(?:#.*)?$/;

function sectionOf(text: string, name: string): Rule[] {
  const start = text.indexOf(`${name}:\n`);
  const end = text.slice(start + 1).search(/\n[a-z_]+:\n/);
  const lines = text.slice(start, end < 0 ? undefined : start + 1 + end).split('\n');
  const raw: Record<string, string>[] = [];
  for (const line of lines) {
    const [, key, quoted] = LINE.exec(line) ?? [];
    if (key === undefined || quoted === undefined) continue;
    if (key === 'regex') raw.push({});
    const last = raw.at(-1);
    if (last) last[key] = quoted.replaceAll("''", "'");
  }
  return raw.map(({ regex = '', regex_flag: flag = '', ...replacements }) => ({
    test: new RegExp(regex, flag),
    replacements,
  }));
}

/** Reads `regexes.yaml` of uap-core. */
export function readRules(text: string): Rules {
  return {
    browsers: sectionOf(text, 'user_agent_parsers'),
    systems: sectionOf(text, 'os_parsers'),
    devices: sectionOf(text, 'device_parsers'),
  };
}

/**
 * The fields of an answer by the first rule that fits, "" where they are unknown; the family is "Other" where no
 * rule fits (the project's docs/specification.md). A field is its name, the rules' key for it, and the group that
 * it takes where a rule has no such key, 0 for none.
 */
export function firstFit(
  rules: readonly Rule[],
  text: string,
  fields: readonly (readonly [field: string, key: string, group: number])[],
): Readonly<Record<string, string>> {
  for (const { test, replacements } of rules) {
    const match = test.exec(text);
    if (!match) continue;
    const textFor = (key: string, group: number): string => {
      const replacement = replacements[key];
      if (replacement === undefined) return (group > 0 && match[group]) || '';
      return replacement.replaceAll(/\$(\d)/g, (_, place: string) => match[Number(place)] ?? '');
    };
    return Object.fromEntries(
      fields.map(([field, key, group]) => [field, textFor(key, group).trim()]),
    );
  }
  return Object.fromEntries(fields.map(([field], i) => [field, i === 0 ? 'Other' : '']));
}
