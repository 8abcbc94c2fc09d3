import type { Command } from '../../client/command.ts';
import type { Services } from '../../client/services.ts';
import { bindingsOf, match, type Press, pressOf } from './keys.ts';

/** Where the keyboard is. */
export function placeOf(target: EventTarget | null): 'editor' | 'explorer' | 'results' | 'other' {
  if (!(target instanceof Element)) return 'other';
  const pane = target.closest<HTMLElement>('[data-pane]')?.dataset.pane;
  if (pane === 'document') return 'editor';
  if (pane === 'explorer' || pane === 'results') return pane;
  return 'other';
}

function allowed(command: Command, services: Services, place: ReturnType<typeof placeOf>): boolean {
  const { where } = command;
  if (where === 'notEditor' ? place === 'editor' : where !== undefined && where !== place)
    return false;
  return command.when?.(services) ?? true;
}

/**
 * Runs commands by their keys, before any part of the page sees them. Chords wait for their second press for
 * as long as it takes; Escape gives up. Returns what stops it.
 */
export function listenForKeys(services: Services): () => void {
  const bindings = bindingsOf(services.commands.commands);
  const isMac = services.shell.platform === 'darwin';
  let waiting: readonly Press[] = [];

  function onKeyDown(event: KeyboardEvent): void {
    const press = pressOf(event, isMac);
    if (press === undefined) return;
    // In a dialog, keys belong to the dialog.
    if (event.target instanceof Element && event.target.closest('[role="dialog"], [role="menu"]'))
      return;
    const presses = [...waiting, press];
    const found = match(bindings, presses);
    const wasWaiting = waiting.length > 0;
    waiting = [];
    if (found.kind === 'partial') {
      // A chord's first press counts only where its commands could run.
      const place = placeOf(event.target);
      const possible = bindings.some(
        (binding) =>
          presses.every((p, i) => binding.presses[i] === p) &&
          allowed(binding.command, services, place),
      );
      if (!possible) return;
      waiting = presses;
      stop(event);
      return;
    }
    if (found.kind === 'command') {
      const place = placeOf(event.target);
      const command = found.candidates.find((c) => allowed(c, services, place));
      if (command) {
        stop(event);
        services.commands.execute(command.id);
        return;
      }
    }
    if (wasWaiting) stop(event);
  }

  window.addEventListener('keydown', onKeyDown, { capture: true });
  return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
}

function stop(event: KeyboardEvent): void {
  event.preventDefault();
  event.stopPropagation();
}
