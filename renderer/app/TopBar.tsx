import {
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components';
import {
  ArrowImportRegular,
  DatabaseRegular,
  PlayFilled,
  SearchRegular,
  StopFilled,
} from '@fluentui/react-icons';
import { Fragment, type ReactNode, useMemo, useState } from 'react';
import { useActiveRun, useSchema, useServices, useSession } from '../client/services.ts';
import { changeDocument } from '../features/documents/index.ts';
import { showKeys } from './commands/keys.ts';
import { type Menu as CommandMenu, menusOf } from './commands/registry.ts';
import iconUrl from './icon.svg';

export function TopBar() {
  const { commands, shell } = useServices();
  const menus = useMemo(() => menusOf(commands.commands), [commands]);
  const native = shell.kind === 'electron' && shell.platform === 'darwin';
  return (
    <header className="ca-topbar">
      <img className="ca-logo" src={iconUrl} alt="Calypso" />
      {native ? null : <MenuBar menus={menus} />}
      <span className="ca-separator" />
      <RunButtons />
      <DatabasePill />
      <span className="ca-spacer" />
      <ToolButton command="ingest.open" label="Import data" icon={<ArrowImportRegular />} />
      <ToolButton command="app.palette" label="Commands" icon={<SearchRegular />} />
    </header>
  );
}

/** One open menu at a time; once one is open, pointing at another opens that one, as in a desktop program. */
function MenuBar({ menus }: { readonly menus: readonly CommandMenu[] }) {
  const [open, setOpen] = useState<string>();
  return (
    <div className="ca-menubar" role="menubar" aria-label="Menu">
      {menus.map((menu) => (
        <BarMenu
          key={menu.category}
          menu={menu}
          open={open === menu.category}
          onOpenChange={(isOpen) => setOpen(isOpen ? menu.category : undefined)}
          onHover={() => setOpen((now) => (now === undefined ? now : menu.category))}
        />
      ))}
    </div>
  );
}

function BarMenu(props: {
  readonly menu: CommandMenu;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly onHover: () => void;
}) {
  const services = useServices();
  const { menu, open } = props;
  const isMac = services.shell.platform === 'darwin';
  return (
    <Menu open={open} onOpenChange={(_event, data) => props.onOpenChange(data.open)}>
      <MenuTrigger disableButtonEnhancement>
        <button type="button" role="menuitem" aria-haspopup="menu" onPointerEnter={props.onHover}>
          {menu.category}
        </button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList hasIcons={false}>
          {menu.groups.map((group, index) => (
            <Fragment key={group[0]?.id}>
              {index > 0 ? <MenuDivider /> : null}
              {group.map((command) => (
                <MenuItem
                  key={command.id}
                  disabled={open && command.when ? !command.when(services) : false}
                  onClick={() => services.commands.execute(command.id)}
                  {...(command.keys?.[0]
                    ? { secondaryContent: showKeys(command.keys[0], isMac) }
                    : {})}
                >
                  {command.title}
                </MenuItem>
              ))}
            </Fragment>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

function RunButtons() {
  const { commands } = useServices();
  const running = useActiveRun()?.state === 'running';
  return (
    <>
      <button
        type="button"
        className="ca-tool ca-tool-primary"
        title="Run the selection or the block at the caret (F5)"
        onClick={() => commands.execute('query.run')}
      >
        <PlayFilled aria-hidden="true" />
        Run
      </button>
      <button
        type="button"
        className="ca-tool"
        title="Cancel the query (Shift+F5)"
        aria-disabled={!running}
        onClick={() => commands.execute('query.cancel')}
      >
        <StopFilled aria-hidden="true" />
        Cancel
      </button>
    </>
  );
}

function DatabasePill() {
  const services = useServices();
  const documentId = useSession((s) => s.activeId);
  const database = useSession((s) => s.documents.find((d) => d.id === s.activeId)?.database ?? '');
  const databases = useSchema((s) => s.schema.databases);
  return (
    <Menu
      checkedValues={{ database: [database] }}
      onCheckedValueChange={(_event, data) => {
        const chosen = data.checkedItems.find((name) => name !== database) ?? data.checkedItems[0];
        if (chosen !== undefined) changeDocument(services, documentId, { database: chosen });
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <button
          type="button"
          className="ca-pill"
          aria-label={`Database of this tab: ${database}`}
          title="Database of this tab"
        >
          <DatabaseRegular aria-hidden="true" />
          {database === '' ? 'no database' : database}
        </button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {databases.map((info) => (
            <MenuItemRadio key={info.name} name="database" value={info.name}>
              {info.name}
            </MenuItemRadio>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

function ToolButton(props: {
  readonly command: string;
  readonly label: string;
  readonly icon: ReactNode;
}) {
  const { commands } = useServices();
  const keys = commands.commands.find((command) => command.id === props.command)?.keys?.[0];
  return (
    <button
      type="button"
      className="ca-tool"
      title={keys === undefined ? props.label : `${props.label} (${keys})`}
      onClick={() => commands.execute(props.command)}
    >
      {props.icon}
      {props.label}
    </button>
  );
}
