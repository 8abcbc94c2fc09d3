/** Colours of marked rows, by the names of the theme's tokens. */
export const HIGHLIGHT_COLOURS = ['blue', 'green', 'purple', 'yellow', 'red'] as const;
export type HighlightColour = (typeof HIGHLIGHT_COLOURS)[number];

export interface Highlight {
  /** A text, or a regular expression between slashes: `/time(d )?out/i`. */
  readonly text: string;
  readonly colour: HighlightColour;
}

export interface Highlighter {
  /** The colour of the first highlight that occurs in any of the texts. */
  colourOf(cells: readonly string[]): HighlightColour | undefined;
  /** Nothing is marked. */
  readonly isEmpty: boolean;
  /** Regular expressions that can't be read, with what is wrong. */
  readonly problems: readonly string[];
}

export function highlighterOf(highlights: readonly Highlight[]): Highlighter {
  const problems: string[] = [];
  const tests = highlights.flatMap(({ text, colour }) => {
    if (text === '') return [];
    const pattern = /^\/(.+)\/([a-z]*)$/.exec(text);
    if (!pattern) {
      const wanted = text.toLowerCase();
      return [{ colour, test: (cell: string) => cell.toLowerCase().includes(wanted) }];
    }
    try {
      // A flag that keeps a place would find every other row only.
      const expression = new RegExp(pattern[1] ?? '', (pattern[2] ?? '').replace(/[gy]/g, ''));
      return [{ colour, test: (cell: string) => expression.test(cell) }];
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      return [];
    }
  });
  return {
    problems,
    isEmpty: tests.length === 0,
    colourOf: (cells) => tests.find(({ test }) => cells.some(test))?.colour,
  };
}
