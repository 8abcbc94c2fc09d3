import type { LiveFrame } from '../../../common/contract/live.ts';

/** Frames that may be under way: one is drawn while the next one travels. */
const UNDER_WAY = 2;

/** Frames to a window that says which ones it has drawn: one that falls behind gets fewer, not later ones. */
export class Frames {
  readonly #emit: (frame: LiveFrame) => void;
  #sent = 0;
  #acknowledged = 0;

  constructor(emit: (frame: LiveFrame) => void) {
    this.#emit = emit;
  }

  get open(): boolean {
    return this.#sent - this.#acknowledged < UNDER_WAY;
  }

  send(frame: Omit<LiveFrame, 'frame'>): void {
    this.#sent += 1;
    this.#emit({ frame: this.#sent, ...frame });
  }

  acknowledge(frame: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, Math.min(frame, this.#sent));
  }
}
