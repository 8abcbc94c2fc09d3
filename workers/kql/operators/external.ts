import type { ExternalFiles } from '../../../common/contract/external.ts';
import { visibleColumns } from '../../../common/contract/external.ts';
import { FORMATS, formatName } from '../../../common/contract/ingest.ts';
import { parseDefinition } from '../external/definition.ts';
import { Tokens } from '../external/tokens.ts';
import type { Plan } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { type OperatorContext, source } from './define.ts';

function scanOf(files: ExternalFiles, table: string): Plan {
  return {
    op: 'scan',
    database: '',
    table,
    columns: visibleColumns(files),
    external: { kind: 'files', files },
  };
}

/** `externaldata(schema)[uris] with (…)` (page "externaldata operator"). */
export const externaldata = source(
  'ExternalDataExpression',
  ['externaldata'],
  (node, _input, context) => {
    const properties = propertiesOf(node, context);
    const mapping = properties.get('ingestionmapping');
    if (properties.has('ingestionmappingreference'))
      node.fail(
        'unsupported',
        'mapping_reference',
        'externaldata reads no table, so there is no mapping to name: give its JSON as ingestionMapping.',
      );
    const uris = node.list('URIs').flatMap((uri) => textsOf(uri, context));
    const skipFirst = /^(true|1)$/i.test(properties.get('ignorefirstrecord')?.text ?? '');
    const format = formatOf(properties.get('format') ?? properties.get('dataformat'));
    return scanOf(
      {
        uris,
        ...(format ? { format } : {}),
        headers: skipFirst ? 'all' : 'none',
        columns: node.columns.map(({ name, type }) => ({ name, type })),
        ...(mapping ? { mapping: mapping.text } : {}),
        partitions: [],
        pathFormat: [],
      },
      'externaldata',
    );
  },
);

interface Property {
  readonly node: SyntaxNode;
  readonly text: string;
}

/** Values of `with (…)`: strings, or bare words such as `csv` and `true`. Names don't heed case. */
function propertiesOf(node: SyntaxNode, context: OperatorContext): Map<string, Property> {
  const found = new Map<string, Property>();
  for (const property of node.maybe('WithClause')?.list('Properties') ?? []) {
    const value = property.child('Expression');
    const known =
      /^Name/.test(value.type) && context.scope.find(value.name)?.kind !== 'scalar'
        ? value.name
        : String(context.expressions.bindConstant(value, context.scope).value ?? '');
    found.set(property.child('Name').name.toLowerCase(), { node: value, text: known });
  }
  return found;
}

function formatOf(property: Property | undefined) {
  if (property === undefined || property.text === '') return undefined;
  const known = formatName.safeParse(property.text.toLowerCase());
  return known.success
    ? known.data
    : property.node.fail(
        'unsupported',
        'unknown_format',
        `not implemented in Calypso: the format '${property.text}'. Formats: ${FORMATS.join(', ')}`,
      );
}

/** An address, or a constant array of them. */
function textsOf(node: SyntaxNode, context: OperatorContext): string[] {
  const { value } = context.expressions.bindConstant(node, context.scope);
  return Array.isArray(value) ? value.map(String) : [String(value ?? '')];
}

/** `inline_external_table(schema) kind=storage … dataformat=… (uris)`: an external table for one query. */
export const inlineExternalTable = source(
  'InlineExternalTableExpression',
  ['inline_external_table'],
  (node) => {
    const tokens = new Tokens(node.source, node.start);
    tokens.expect('inline_external_table');
    return scanOf(parseDefinition(tokens).table.files, 'inline_external_table');
  },
);
