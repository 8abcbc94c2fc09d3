import type { KustoLanguage } from './library.ts';
import type { FormatOptions, Placement } from './protocol.ts';

export const DEFAULT_FORMAT: FormatOptions = {
  indent: 4,
  pipe: 'newLine',
  semicolon: 'smart',
  brackets: 'default',
  insertMissing: false,
};

/** Ours as Kusto.Language's (its `FormattingOptions` is immutable). */
export function formattingOptions(library: KustoLanguage, options: FormatOptions): unknown {
  const { FormattingOptions, PlacementStyle, BrackettingStyle } = library.Editor;
  const placements: Readonly<Record<Placement, number>> = {
    newLine: PlacementStyle.NewLine,
    smart: PlacementStyle.Smart,
    none: PlacementStyle.None,
  };
  const brackets = {
    default: BrackettingStyle.Default,
    vertical: BrackettingStyle.Vertical,
    diagonal: BrackettingStyle.Diagonal,
  };
  return FormattingOptions.Default.WithIndentationSize(options.indent)
    .WithInsertMissingTokens(options.insertMissing)
    .WithBrackettingStyle(brackets[options.brackets])
    .WithPipeOperatorStyle(placements[options.pipe])
    .WithSemicolonStyle(placements[options.semicolon]);
}
