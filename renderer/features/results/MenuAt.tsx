import {
  Menu,
  MenuDivider,
  MenuGroupHeader,
  MenuItem,
  MenuList,
  MenuPopover,
} from '@fluentui/react-components';
import { useMemo } from 'react';
import type { Point } from '../../grid/grid-model.ts';

export type MenuEntry =
  | {
      readonly kind: 'item';
      readonly label: string;
      readonly keys?: string;
      readonly disabled?: boolean;
      readonly run: () => void;
    }
  | { readonly kind: 'header'; readonly label: string }
  | { readonly kind: 'divider' };

export const item = (
  label: string,
  run: () => void,
  more: { keys?: string; disabled?: boolean } = {},
): MenuEntry => ({ kind: 'item', label, run, ...more });
export const divider: MenuEntry = { kind: 'divider' };

/** A menu at a place on the page, as a right click or a key opens it. */
export function MenuAt({
  at,
  entries,
  onClose,
}: {
  readonly at: Point;
  readonly entries: readonly MenuEntry[];
  readonly onClose: () => void;
}) {
  const target = useMemo(
    () => ({ getBoundingClientRect: () => new DOMRect(at.x, at.y, 0, 0) }),
    [at.x, at.y],
  );
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
          {entries.map((entry, i) => {
            const key = `${i}`;
            if (entry.kind === 'divider') return <MenuDivider key={key} />;
            if (entry.kind === 'header')
              return <MenuGroupHeader key={key}>{entry.label}</MenuGroupHeader>;
            return (
              <MenuItem
                key={key}
                disabled={entry.disabled ?? false}
                {...(entry.keys === undefined ? {} : { secondaryContent: entry.keys })}
                onClick={() => {
                  onClose();
                  entry.run();
                }}
              >
                {entry.label}
              </MenuItem>
            );
          })}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
