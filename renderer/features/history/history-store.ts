import { createStore } from 'zustand/vanilla';

/** Counts what makes the lists out of date. */
export const historyStore = createStore(() => ({ version: 0, savedVersion: 0 }));
