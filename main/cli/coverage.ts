import type { CoverageInfo } from '../../common/contract/worker.ts';
import type { CliCommand } from './command.ts';
import { openHost } from './open-host.ts';
import { readArguments, UsageError } from './usage.ts';

const SECTIONS = ['operators', 'functions', 'aggregates', 'plugins', 'commands'] as const;

/** Prints what of KQL works, as text, JSON or the Markdown of `docs/coverage.md`. */
export const coverage: CliCommand = async (argv) => {
  const { values, positionals } = readArguments(argv, {
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
  });
  if (positionals.length > 0) throw new UsageError('coverage takes no file.');
  const host = openHost('reader', undefined);
  try {
    const info = await host.coverage();
    const text = values.json
      ? `${JSON.stringify(info, null, 2)}\n`
      : values.markdown
        ? markdown(info)
        : plain(info);
    process.stdout.write(text);
    return 0;
  } finally {
    await host.close();
  }
};

function plain(info: CoverageInfo): string {
  return SECTIONS.map((name) => {
    const { implemented, meaningless, missing } = info[name];
    const lines = [
      `${name}: ${implemented.length} work, ${Object.keys(meaningless).length} are meaningless on a desk, ${missing.length} are missing`,
    ];
    if (missing.length > 0) lines.push(`  missing: ${missing.join(', ')}`);
    return `${lines.join('\n')}\n`;
  }).join('');
}

function markdown(info: CoverageInfo): string {
  const parts = [
    '# Coverage of KQL',
    'Made by `npm run coverage:docs` from the registries that the planner uses.',
  ];
  for (const name of SECTIONS) {
    const { implemented, meaningless, missing } = info[name];
    parts.push(
      `## ${name[0]?.toUpperCase()}${name.slice(1)}`,
      `**Work (${implemented.length}):** ${list(implemented)}`,
      `**Missing (${missing.length}):** ${list(missing)}`,
    );
    const reasons = Map.groupBy(Object.entries(meaningless), ([, reason]) => reason);
    if (reasons.size > 0)
      parts.push(
        '**Meaningless on a desk:**',
        [...reasons]
          .map(([reason, entries]) => `- ${reason}: ${list(entries.map(([item]) => item))}`)
          .join('\n'),
      );
  }
  return `${parts.join('\n\n')}\n`;
}

const list = (names: readonly string[]): string =>
  names.length === 0 ? 'none' : names.map((name) => `\`${name}\``).join(', ');
