import type { StreamDefinition } from '../../../common/contract/stream.ts';
import { shownJson } from './shown-json.ts';

/** A definition as `.create-or-alter stream` takes it; without secrets, which no definition holds. */
export function streamCommandText(definition: StreamDefinition): string {
  const { name, database: _, table, source, ...rest } = definition;
  const { kind, ...members } = source;
  const body = shownJson({ source: members, ...rest });
  return `.create-or-alter stream ['${name}'] into table ['${table}'] kind=${kind} \`\`\`\n${body}\n\`\`\``;
}
