import { kusto, type RawSymbol } from './library.ts';

interface Tuple extends RawSymbol {
  RelatedTable?: unknown;
}

interface Signature {
  CustomReturnType(context: unknown): Tuple;
}

interface Library {
  readonly Functions: {
    readonly InnerNodes: { readonly Signatures: { getItem(at: number): Signature } };
  };
  readonly Symbols: { readonly TableSymbol: { readonly Empty: unknown } };
}

/**
 * `all(inner_nodes(e), …)` sees the nodes' columns, also where there is one alone: without a table of its own
 * Kusto.Language takes such a tuple for its only value, and the column can't be named (page "inner_nodes()").
 */
export function innerNodesKeepTheirColumn(): void {
  const { Functions, Symbols } = kusto as unknown as Library;
  const signature = Functions.InnerNodes.Signatures.getItem(0);
  const typeOf = signature.CustomReturnType;
  signature.CustomReturnType = (context) => {
    const type = typeOf.call(signature, context);
    if (type.Columns) type.RelatedTable ??= Symbols.TableSymbol.Empty;
    return type;
  };
}
