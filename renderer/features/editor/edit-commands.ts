import type { Command } from '../../client/command.ts';
import type { Services } from '../../client/services.ts';

const hasEditor = ({ editor }: Services): boolean => editor.attached();

/** One of Monaco's own actions under our name and keys. */
const action = (
  id: string,
  title: string,
  monacoId: string,
  more: Partial<Pick<Command, 'keys' | 'menu' | 'category'>> = {},
): Command => ({
  id,
  title,
  category: 'Edit',
  where: 'editor',
  when: hasEditor,
  run: ({ editor }) => editor.action(monacoId),
  ...more,
});

const pad = (n: number): string => String(n).padStart(2, '0');

function nowLiteral(): string {
  const d = new Date();
  return `datetime(${d.getUTCFullYear()}-${pad(d.getUTCMonth() + 1)}-${pad(d.getUTCDate())}T${pad(d.getUTCHours())}:${pad(d.getUTCMinutes())}:${pad(d.getUTCSeconds())}Z)`;
}

/** The same text in a string literal over several lines, or taken out of one. */
export function toggleMultiLineString(text: string): string {
  const inside = /^```\n?([\s\S]*?)\n?```$/.exec(text.trim());
  return inside ? (inside[1] ?? '') : `\`\`\`\n${text}\n\`\`\``;
}

export const editCommands: readonly Command[] = [
  action('edit.undo', 'Undo', 'undo', { menu: 1 }),
  action('edit.redo', 'Redo', 'redo', { menu: 1 }),
  action('edit.find', 'Find', 'actions.find', { keys: ['Ctrl+F'], menu: 2 }),
  action('edit.replace', 'Replace', 'editor.action.startFindReplaceAction', {
    keys: ['Ctrl+H'],
    menu: 2,
  }),
  action('edit.goToLine', 'Go to line…', 'editor.action.gotoLine', { keys: ['Ctrl+G'], menu: 2 }),
  action('edit.comment', 'Comment lines', 'editor.action.addCommentLine', {
    keys: ['Ctrl+K Ctrl+C'],
    menu: 3,
  }),
  action('edit.uncomment', 'Uncomment lines', 'editor.action.removeCommentLine', {
    keys: ['Ctrl+K Ctrl+U'],
    menu: 3,
  }),
  action('edit.toggleComment', 'Toggle comment', 'editor.action.commentLine', {
    keys: ['Ctrl+/'],
    menu: 3,
  }),
  action('edit.deleteLine', 'Delete line', 'editor.action.deleteLines', {
    keys: ['Ctrl+L', 'Ctrl+D'],
    menu: 3,
  }),
  action('edit.upperCase', 'Upper case', 'editor.action.transformToUppercase', { menu: 4 }),
  action('edit.lowerCase', 'Lower case', 'editor.action.transformToLowercase', { menu: 4 }),
  action('edit.fold', 'Fold', 'editor.fold', { keys: ['Ctrl+M Ctrl+M'], menu: 5 }),
  action('edit.foldAll', 'Fold all', 'editor.foldAll', { keys: ['Ctrl+M Ctrl+L'], menu: 5 }),
  action('edit.unfoldAll', 'Unfold all', 'editor.unfoldAll', {
    keys: ['Ctrl+K Ctrl+J'],
    menu: 5,
  }),
  action('edit.jumpToBracket', 'Go to matching bracket', 'editor.action.jumpToBracket', {
    keys: ['Ctrl+]', 'Ctrl+Shift+\\'],
  }),
  {
    id: 'edit.pipe',
    title: 'New line with a pipe',
    category: 'Edit',
    keys: ['Ctrl+Enter'],
    where: 'editor',
    when: hasEditor,
    menu: 4,
    run: ({ editor }) => {
      editor.action('cursorLineEnd');
      editor.insert('\n| ');
      editor.action('editor.action.triggerSuggest');
    },
  },
  {
    id: 'edit.insertNow',
    title: 'Insert the time as a datetime',
    category: 'Edit',
    keys: ['Ctrl+K Ctrl+D'],
    where: 'editor',
    when: hasEditor,
    run: ({ editor }) => editor.insert(nowLiteral()),
  },
  {
    id: 'edit.insertRange',
    title: 'Insert a range',
    category: 'Edit',
    keys: ['Ctrl+K Ctrl+R'],
    where: 'editor',
    when: hasEditor,
    run: ({ editor }) => editor.insert('range x from 1 to 1 step 1'),
  },
  {
    id: 'edit.multiLineString',
    title: 'To or from a multi-line string',
    category: 'Edit',
    keys: ['Ctrl+K Ctrl+S', 'Ctrl+K Ctrl+M'],
    where: 'editor',
    when: hasEditor,
    run: ({ editor }) => {
      const unit = editor.runUnit();
      if (unit) editor.replace(unit, toggleMultiLineString(unit.text));
    },
  },
  {
    id: 'edit.duplicateQuery',
    title: 'Duplicate query',
    category: 'Edit',
    keys: ['Ctrl+K Ctrl+V', 'Ctrl+Alt+D'],
    where: 'editor',
    when: hasEditor,
    menu: 4,
    run: ({ editor }) => {
      const unit = editor.runUnit();
      if (unit) editor.appendBlock(unit.text);
    },
  },
  action('code.format', 'Format document', 'editor.action.formatDocument', {
    category: 'Query',
    keys: ['Shift+Alt+F'],
    menu: 2,
  }),
  {
    id: 'code.formatQuery',
    title: 'Format query',
    category: 'Query',
    keys: ['Ctrl+K Ctrl+F'],
    where: 'editor',
    when: hasEditor,
    menu: 2,
    run: ({ editor }) => editor.action('editor.action.formatSelection'),
  },
  action('code.suggest', 'Complete', 'editor.action.triggerSuggest', {
    category: 'Query',
    keys: ['Ctrl+Space'],
  }),
  action('code.parameters', 'Show parameters', 'editor.action.triggerParameterHints', {
    category: 'Query',
    keys: ['Ctrl+Alt+Space'],
  }),
  action('code.quickFix', 'Quick fix, extract…', 'editor.action.quickFix', {
    category: 'Query',
    keys: ['Ctrl+.', 'Ctrl+Alt+M'],
    menu: 2,
  }),
  action('code.rename', 'Rename symbol', 'editor.action.rename', {
    category: 'Query',
    keys: ['Ctrl+R Ctrl+R'],
    menu: 2,
  }),
  action('code.definition', 'Go to definition', 'editor.action.revealDefinition', {
    category: 'Query',
    keys: ['F12', 'Alt+Home'],
    menu: 3,
  }),
  action('code.references', 'Find all references', 'editor.action.goToReferences', {
    category: 'Query',
    keys: ['Alt+F12', 'Ctrl+F12'],
    menu: 3,
  }),
  action('code.nextProblem', 'Next problem', 'editor.action.marker.next', {
    category: 'Query',
    keys: ['Alt+F8'],
    menu: 3,
  }),
  action('code.previousProblem', 'Previous problem', 'editor.action.marker.prev', {
    category: 'Query',
    keys: ['Shift+F8', 'Shift+Alt+F8'],
    menu: 3,
  }),
  action('code.hover', 'Show what this is', 'editor.action.showHover', {
    category: 'Query',
    keys: ['Shift+F1', 'Ctrl+K Ctrl+I'],
  }),
];
