import { useSyncExternalStore } from 'react';
import { resolveTheme, type ThemeName } from './themes.ts';

const DARK = '(prefers-color-scheme: dark)';
const CONTRAST = '(prefers-contrast: more), (forced-colors: active)';

function subscribe(listener: () => void): () => void {
  const queries = [window.matchMedia(DARK), window.matchMedia(CONTRAST)];
  for (const query of queries) query.addEventListener('change', listener);
  return () => {
    for (const query of queries) query.removeEventListener('change', listener);
  };
}

/** The theme to draw, following the system where the person chose so. */
export function useThemeName(chosen: 'system' | ThemeName): ThemeName {
  return useSyncExternalStore(subscribe, () =>
    resolveTheme(chosen, {
      dark: window.matchMedia(DARK).matches,
      moreContrast: window.matchMedia(CONTRAST).matches,
    }),
  );
}
