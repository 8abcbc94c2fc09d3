import { Menu, MenuDivider, MenuItem, MenuList, MenuPopover } from '@fluentui/react-components';
import { Fragment, useMemo } from 'react';

export interface MenuEntry {
  readonly label: string;
  readonly keys?: string;
  readonly disabled?: boolean;
  readonly run: () => void;
}

export const item = (
  label: string,
  run: () => void,
  more: { readonly keys?: string; readonly disabled?: boolean } = {},
): MenuEntry => ({ label, run, ...more });

export interface MenuAtProps {
  readonly x: number;
  readonly y: number;
  /** A line stands between two groups. */
  readonly groups: readonly (readonly MenuEntry[])[];
  readonly onClose: () => void;
}

/** A menu at a place on the page, as a right click or a key opens it. */
export function MenuAt({ x, y, groups, onClose }: MenuAtProps) {
  const target = useMemo(() => ({ getBoundingClientRect: () => new DOMRect(x, y, 0, 0) }), [x, y]);
  return (
    <Menu
      open
      onOpenChange={(_event, data) => {
        if (!data.open) onClose();
      }}
      positioning={{ target, position: 'below', align: 'start' }}
    >
      <MenuPopover style={{ maxHeight: '70vh' }}>
        <MenuList>
          {groups
            .filter((group) => group.length > 0)
            .map((group, index) => (
              <Fragment key={group[0]?.label}>
                {index > 0 ? <MenuDivider /> : null}
                {group.map((entry) => (
                  <MenuItem
                    key={entry.label}
                    disabled={entry.disabled ?? false}
                    onClick={() => {
                      onClose();
                      entry.run();
                    }}
                    {...(entry.keys === undefined ? {} : { secondaryContent: entry.keys })}
                  >
                    {entry.label}
                  </MenuItem>
                ))}
              </Fragment>
            ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
