import type { ThemeName } from '../../ui/themes.ts';
import { monaco } from './monaco.ts';

/** Colours by Kusto.Language's classification (its names with a small first letter). */
type Palette = Readonly<{
  keyword: string;
  operator: string;
  fn: string;
  table: string;
  column: string;
  text: string;
  number: string;
  comment: string;
  variable: string;
  type: string;
  command: string;
  plain: string;
}>;

const LIGHT: Palette = {
  keyword: '0000c8',
  operator: 'b03000',
  fn: '1a6bb0',
  table: '7a1fa2',
  column: '9a3a6b',
  text: 'a31515',
  number: '0a6640',
  comment: '4f7a4f',
  variable: '205e6b',
  type: '00667a',
  command: 'a33600',
  plain: '1b1c1e',
};

const DARK: Palette = {
  keyword: '6cb6ff',
  operator: 'ffa46b',
  fn: '7cc7f0',
  table: 'd6a4f5',
  column: 'f0a3c8',
  text: 'e3a08a',
  number: '9bd8a8',
  comment: '7f9f7f',
  variable: '8fd3e0',
  type: '5fd0c5',
  command: 'ffa46b',
  plain: 'e6e7e9',
};

const CONTRAST: Palette = {
  keyword: '7fc4ff',
  operator: 'ffc08a',
  fn: '9fe0ff',
  table: 'ecc4ff',
  column: 'ffc2e0',
  text: 'ffc4b0',
  number: 'b4ffc4',
  comment: 'b0e0b0',
  variable: 'a8f0ff',
  type: '80fff0',
  command: 'ffc08a',
  plain: 'ffffff',
};

function rules(p: Palette): monaco.editor.ITokenThemeRule[] {
  const of = (foreground: string, ...tokens: string[]): monaco.editor.ITokenThemeRule[] =>
    tokens.map((token) => ({ token, foreground }));
  return [
    ...of(p.plain, '', 'plainText', 'punctuation', 'delimiter', 'identifier'),
    ...of(p.keyword, 'keyword', 'option', 'directive'),
    ...of(p.keyword, 'scalarOperator', 'mathOperator'),
    ...of(p.operator, 'queryOperator'),
    ...of(p.command, 'command'),
    ...of(p.fn, 'function'),
    ...of(p.table, 'table', 'database', 'materializedView'),
    ...of(p.column, 'column', 'schemaMember'),
    ...of(p.text, 'string', 'stringLiteral'),
    ...of(p.number, 'number', 'literal'),
    ...of(p.variable, 'variable', 'parameter', 'signatureParameter', 'clientParameter'),
    ...of(p.variable, 'queryParameter'),
    ...of(p.type, 'type'),
    { token: 'comment', foreground: p.comment, fontStyle: 'italic' },
  ];
}

interface Surface {
  readonly base: monaco.editor.BuiltinTheme;
  readonly palette: Palette;
  readonly background: string;
  readonly panel: string;
  readonly line: string;
  readonly faint: string;
  readonly selection: string;
}

const SURFACES: Readonly<Record<ThemeName, Surface>> = {
  light: {
    base: 'vs',
    palette: LIGHT,
    background: '#ffffff',
    panel: '#f7f7f8',
    line: '#c3c5c9',
    faint: '#8b9097',
    selection: '#b9dce4',
  },
  dark: {
    base: 'vs-dark',
    palette: DARK,
    background: '#1c1d1f',
    panel: '#232427',
    line: '#4a4d53',
    faint: '#7d828a',
    selection: '#1f5866',
  },
  contrast: {
    base: 'hc-black',
    palette: CONTRAST,
    background: '#000000',
    panel: '#000000',
    line: '#ffffff',
    faint: '#cccccc',
    selection: '#1a4d80',
  },
};

export const editorTheme = (theme: ThemeName): string => `calypso-${theme}`;

export function defineThemes(): void {
  for (const [name, s] of Object.entries(SURFACES) as [ThemeName, Surface][])
    monaco.editor.defineTheme(editorTheme(name), {
      base: s.base,
      inherit: true,
      rules: rules(s.palette),
      colors: {
        'editor.background': s.background,
        'editor.foreground': `#${s.palette.plain}`,
        'editorLineNumber.foreground': s.faint,
        'editorLineNumber.activeForeground': `#${s.palette.plain}`,
        'editor.selectionBackground': s.selection,
        'editor.lineHighlightBackground': '#00000000',
        'editor.lineHighlightBorder': '#00000000',
        'editorGutter.background': s.background,
        'editorWidget.background': s.panel,
        'editorWidget.border': s.line,
        'editorSuggestWidget.background': s.panel,
        'editorHoverWidget.background': s.panel,
      },
    });
}
