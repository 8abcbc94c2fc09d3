import type { Command } from '../../client/command.ts';

/** One key press, normalised: `ctrl+shift+t`. On macOS the Command key is `ctrl` here, Control is `macctrl`. */
export type Press = string;

const MODIFIERS = ['ctrl', 'macctrl', 'alt', 'shift'] as const;

/** Presses of a declared key such as `Ctrl+K Ctrl+C`. Throws on spellings that could never match. */
export function parseKeys(keys: string): readonly Press[] {
  return keys.split(' ').map((press) => {
    const parts = press.endsWith('++')
      ? [...press.slice(0, -2).split('+'), '+']
      : press.split('+').map((part) => part.trim());
    const key = parts.at(-1) ?? '';
    const modifiers = parts.slice(0, -1).map((part) => part.toLowerCase());
    if (key === '' || modifiers.some((m) => !(MODIFIERS as readonly string[]).includes(m)))
      throw new Error(`"${keys}" is not a key press.`);
    return [...MODIFIERS.filter((m) => modifiers.includes(m)), key.toLowerCase()].join('+');
  });
}

export interface KeyLike {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const NAMES: Readonly<Record<string, string>> = { ' ': 'space', Esc: 'escape', Escape: 'escape' };

/** The press of an event; undefined while only modifiers are down. */
export function pressOf(event: KeyLike, isMac: boolean): Press | undefined {
  if (['Control', 'Shift', 'Alt', 'Meta', 'Dead', 'Process'].includes(event.key)) return undefined;
  // Letters and digits by their place, because Shift and Alt change what they print.
  const place = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(event.code);
  const key = place?.[1] ?? place?.[2] ?? NAMES[event.key] ?? event.key;
  const ctrl = isMac ? event.metaKey : event.ctrlKey;
  const macCtrl = isMac && event.ctrlKey;
  return [
    ...(ctrl ? ['ctrl'] : []),
    ...(macCtrl ? ['macctrl'] : []),
    ...(event.altKey ? ['alt'] : []),
    ...(event.shiftKey ? ['shift'] : []),
    key.toLowerCase(),
  ].join('+');
}

export interface Binding {
  readonly presses: readonly Press[];
  readonly command: Command;
}

export function bindingsOf(commands: readonly Command[]): readonly Binding[] {
  return commands.flatMap((command) =>
    (command.keys ?? []).map((keys) => ({ presses: parseKeys(keys), command })),
  );
}

export type Match =
  | { readonly kind: 'none' }
  /** The first press of a chord: wait for the next one. */
  | { readonly kind: 'partial' }
  | { readonly kind: 'command'; readonly candidates: readonly Command[] };

/** What a press means after the presses that are already waiting. */
export function match(bindings: readonly Binding[], presses: readonly Press[]): Match {
  const begins = bindings.filter((binding) =>
    presses.every((press, index) => binding.presses[index] === press),
  );
  const whole = begins.filter((binding) => binding.presses.length === presses.length);
  if (whole.length > 0)
    return { kind: 'command', candidates: whole.map((binding) => binding.command) };
  return begins.length > 0 ? { kind: 'partial' } : { kind: 'none' };
}

const MAC_SYMBOLS: Readonly<Record<string, string>> = {
  Ctrl: '⌘',
  MacCtrl: '⌃',
  Alt: '⌥',
  Shift: '⇧',
};

/** A declared key as a person of this platform reads it. */
export function showKeys(keys: string, isMac: boolean): string {
  if (!isMac) return keys;
  return keys
    .split(' ')
    .map((press) =>
      press
        .split(/\+(?=.)/)
        .map((part) => MAC_SYMBOLS[part] ?? part)
        .join(''),
    )
    .join(' ');
}
