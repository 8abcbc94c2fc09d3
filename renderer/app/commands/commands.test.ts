import { describe, expect, it } from 'vitest';
import { CATEGORIES } from '../../client/command.ts';
import { ALL_COMMANDS } from './all-commands.ts';
import { bindingsOf, match, parseKeys, pressOf, showKeys } from './keys.ts';
import { menusOf, searchCommands } from './registry.ts';

const press = (key: string, code: string, modifiers: Partial<Record<string, boolean>> = {}) =>
  pressOf(
    {
      key,
      code,
      ctrlKey: modifiers.ctrl ?? false,
      metaKey: modifiers.meta ?? false,
      altKey: modifiers.alt ?? false,
      shiftKey: modifiers.shift ?? false,
    },
    modifiers.mac ?? false,
  );

describe('the commands of all features', () => {
  it('have ids of their own, of the form feature.verb', () => {
    const ids = ALL_COMMANDS.map((command) => command.id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(ids.filter((id) => !/^[a-z]+\.[A-Za-z0-9.-]+$/.test(id))).toEqual([]);
  });

  it('have a title and a menu that exists', () => {
    for (const command of ALL_COMMANDS) {
      expect(command.title.trim(), command.id).not.toBe('');
      expect(CATEGORIES, command.id).toContain(command.category);
    }
  });

  it('have keys that can be pressed, no two of them in the same place', () => {
    const taken = new Map<string, string>();
    const clashes: string[] = [];
    for (const command of ALL_COMMANDS)
      for (const keys of command.keys ?? []) {
        const at = `${parseKeys(keys).join(' ')} in ${command.where ?? 'all'}`;
        const other = taken.get(at);
        if (other !== undefined) clashes.push(`${keys}: ${other} and ${command.id}`);
        taken.set(at, command.id);
      }
    expect(clashes).toEqual([]);
  });

  it('never hide a key behind the first press of a chord', () => {
    const bindings = bindingsOf(ALL_COMMANDS);
    const firsts = new Set(
      bindings.filter((b) => b.presses.length > 1).map((b) => b.presses[0] ?? ''),
    );
    const hidden = bindings.filter(
      (b) =>
        b.presses.length === 1 &&
        firsts.has(b.presses[0] ?? '') &&
        (b.command.where === undefined || b.command.where === 'editor'),
    );
    expect(hidden.map((b) => b.command.id)).toEqual([]);
  });

  it('can all be found in the palette', () => {
    for (const command of ALL_COMMANDS)
      expect(searchCommands(ALL_COMMANDS, command.title), command.id).toContain(command);
  });

  it('stand in a menu once, under their category', () => {
    const listed = menusOf(ALL_COMMANDS).flatMap((menu) =>
      menu.groups.flat().map((command) => ({ command, category: menu.category })),
    );
    expect(listed).toHaveLength(ALL_COMMANDS.filter((c) => c.menu !== undefined).length);
    for (const { command, category } of listed) expect(command.category).toBe(category);
  });

  it('answer to the keys that Kusto.Explorer taught', () => {
    const bindings = bindingsOf(ALL_COMMANDS);
    const found = (keys: string): readonly string[] => {
      const result = match(bindings, parseKeys(keys));
      return result.kind === 'command' ? result.candidates.map((c) => c.id) : [];
    };
    expect(found('F5')).toContain('query.run');
    expect(found('Shift+Enter')).toContain('query.run');
    expect(found('Escape')).toContain('query.cancel');
    expect(found('Ctrl+F5')).toContain('query.preview');
    expect(found('F8')).toContain('query.showCached');
    expect(found('Ctrl+Enter')).toContain('edit.pipe');
    expect(found('Ctrl+K Ctrl+C')).toContain('edit.comment');
    expect(found('Ctrl+J')).toContain('frame.toggleResults');
    expect(found('F11')).toContain('frame.fullView');
    expect(found('Ctrl+Shift+K')).toContain('frame.focus.errors');
  });
});

describe('keys', () => {
  it('reads presses and chords', () => {
    expect(parseKeys('Ctrl+Shift+T')).toEqual(['ctrl+shift+t']);
    expect(parseKeys('Shift+Ctrl+T')).toEqual(['ctrl+shift+t']);
    expect(parseKeys('Ctrl+K Ctrl+C')).toEqual(['ctrl+k', 'ctrl+c']);
    expect(parseKeys('Ctrl++')).toEqual(['ctrl++']);
    expect(() => parseKeys('Strg+T')).toThrow('not a key press');
  });

  it('takes letters by their place on the keyboard', () => {
    expect(press('T', 'KeyT', { ctrl: true, shift: true })).toBe('ctrl+shift+t');
    expect(press('å', 'KeyA', { alt: true })).toBe('alt+a');
    expect(press('Shift', 'ShiftLeft', { shift: true })).toBeUndefined();
  });

  it('takes Command for Ctrl on a Mac', () => {
    expect(press('s', 'KeyS', { meta: true, mac: true })).toBe('ctrl+s');
    expect(press('s', 'KeyS', { ctrl: true, mac: true })).toBe('macctrl+s');
    expect(showKeys('Ctrl+Shift+S', true)).toBe('⌘⇧S');
    expect(showKeys('Ctrl+Shift+S', false)).toBe('Ctrl+Shift+S');
  });

  it('waits for the second press of a chord and forgets a wrong one', () => {
    const bindings = bindingsOf(ALL_COMMANDS);
    expect(match(bindings, ['ctrl+k']).kind).toBe('partial');
    expect(match(bindings, ['ctrl+k', 'ctrl+c']).kind).toBe('command');
    expect(match(bindings, ['ctrl+k', 'x']).kind).toBe('none');
  });
});
