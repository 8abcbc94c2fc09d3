import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Command } from '../client/command.ts';
import { useServices } from '../client/services.ts';
import { showKeys } from './commands/keys.ts';
import { searchCommands } from './commands/registry.ts';

/** Whether the palette is open; commands open it. */
export const paletteStore = createStore(() => ({ open: false }));

export function CommandPalette() {
  const open = useStore(paletteStore, (s) => s.open);
  return open ? <OpenPalette /> : null;
}

function OpenPalette() {
  const services = useServices();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const before = useRef<Element | null>(document.activeElement);
  const list = useRef<HTMLDivElement>(null);
  const isMac = services.shell.platform === 'darwin';
  const found = searchCommands(
    services.commands.commands.filter((command) => command.when?.(services) ?? true),
    text,
  );
  const index = Math.min(at, found.length - 1);

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  });

  function close(): void {
    paletteStore.setState({ open: false });
    if (before.current instanceof HTMLElement) before.current.focus();
  }

  function run(command: Command | undefined): void {
    close();
    if (command) services.commands.execute(command.id);
  }

  return (
    <div className="ca-palette-backdrop" onPointerDown={close}>
      <div
        className="ca-palette"
        role="dialog"
        aria-label="Commands"
        onPointerDown={(event) => event.stopPropagation()}
      >
        <input
          // The palette is opened by a key: what is typed next belongs to it.
          ref={(element) => element?.focus()}
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={index >= 0 ? `palette-${index}` : undefined}
          aria-label="Type a command"
          placeholder="Type a command"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') close();
            else if (event.key === 'Enter') run(found[index]);
            else if (event.key === 'ArrowDown') setAt(Math.min(index + 1, found.length - 1));
            else if (event.key === 'ArrowUp') setAt(Math.max(index - 1, 0));
            else return;
            event.preventDefault();
          }}
        />
        <div
          id="palette-list"
          className="ca-palette-list"
          role="listbox"
          aria-label="Commands"
          ref={list}
        >
          {found.map((command, i) => (
            <div
              key={command.id}
              id={`palette-${i}`}
              role="option"
              aria-selected={i === index}
              tabIndex={-1}
              onPointerMove={() => setAt(i)}
              onClick={() => run(command)}
              onKeyDown={() => {}}
            >
              <span>{command.category}</span>
              <span>{command.title}</span>
              <span className="ca-keys">
                {command.keys?.[0] === undefined ? '' : showKeys(command.keys[0], isMac)}
              </span>
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
