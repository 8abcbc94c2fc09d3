import { parseSync } from 'vite';

export interface FoundImport {
  readonly specifier: string;
  readonly line: number;
  /** Erased before it runs. */
  readonly typeOnly: boolean;
}

export interface FileImports {
  readonly imports: readonly FoundImport[];
  /** Lines of imports whose target is computed, and so can't be checked. */
  readonly computed: readonly number[];
  readonly errors: readonly string[];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

/** Every import, re-export, dynamic import, `import()` type and `require` of a TypeScript file. */
export function readImports(path: string, text: string): FileImports {
  const parsed = parseSync(path, text);
  const imports: FoundImport[] = [];
  const computed: number[] = [];
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length;

  function add(node: Node, source: unknown, typeOnly: boolean): void {
    const value = isNode(source) && source.type === 'Literal' ? source.value : undefined;
    if (typeof value === 'string')
      imports.push({ specifier: value, line: lineOf(node.start), typeOnly });
    else computed.push(lineOf(node.start));
  }

  function visit(value: unknown): void {
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
      return;
    }
    if (!isNode(value)) return;
    switch (value.type) {
      case 'ImportDeclaration':
        add(value, value.source, isTypeOnly(value, 'importKind'));
        break;
      case 'ExportNamedDeclaration':
        if (value.source) add(value, value.source, isTypeOnly(value, 'exportKind'));
        break;
      case 'ExportAllDeclaration':
        add(value, value.source, isTypeOnly(value, 'exportKind'));
        break;
      case 'ImportExpression':
        add(value, value.source, false);
        break;
      case 'TSImportType':
        add(value, value.source ?? value.argument, true);
        break;
      case 'CallExpression': {
        const callee = value.callee;
        if (isNode(callee) && callee.type === 'Identifier' && callee.name === 'require')
          add(value, (value.arguments as unknown[])[0], false);
        break;
      }
    }
    for (const child of Object.values(value)) visit(child);
  }

  visit(parsed.program);
  return { imports, computed, errors: parsed.errors.map((error) => error.message) };
}

/** `import type …`, or a list of names each of which is a type. */
function isTypeOnly(node: Node, kind: string): boolean {
  if (node[kind] === 'type') return true;
  const specifiers = node.specifiers;
  if (!Array.isArray(specifiers) || specifiers.length === 0) return false;
  return specifiers.every((specifier) => isNode(specifier) && specifier[kind] === 'type');
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
