import type { Command } from '../../client/command.ts';
import { ParametersDialog } from './ParametersDialog.tsx';

export const parameterCommands: readonly Command[] = [
  {
    id: 'query.parameters',
    title: 'Parameters…',
    category: 'Query',
    keys: ['Alt+P'],
    where: 'editor',
    menu: 4,
    run: ({ dialogs }) => dialogs.show((close) => <ParametersDialog onClose={close} />),
  },
];
