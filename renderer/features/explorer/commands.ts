import type { Command } from '../../client/command.ts';
import { changeDocument, newDocument } from '../documents/index.ts';

export interface NewQueryHere {
  readonly database: string;
  readonly text?: string;
  readonly title?: string;
}

const isNewQuery = (value: unknown): value is NewQueryHere =>
  typeof value === 'object' && value !== null && 'database' in value;

export const explorerCommands: readonly Command[] = [
  {
    id: 'explorer.useDatabase',
    title: 'Use the database in this tab',
    category: 'Data',
    when: ({ session }) => session.active() !== undefined,
    run: (services, argument) => {
      if (typeof argument === 'string')
        changeDocument(services, services.session.getState().activeId, { database: argument });
    },
  },
  {
    id: 'explorer.newQuery',
    title: 'New query on this database',
    category: 'Data',
    keys: ['Ctrl+T'],
    where: 'explorer',
    run: (services, argument) => {
      newDocument(services, isNewQuery(argument) ? argument : {});
      services.editor.focus();
    },
  },
  {
    id: 'explorer.refresh',
    title: 'Refresh the explorer',
    category: 'Data',
    keys: ['Ctrl+R'],
    where: 'explorer',
    menu: 2,
    run: ({ schema }) => schema.refresh(),
  },
];
