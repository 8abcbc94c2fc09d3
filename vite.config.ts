import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The page: works under `script-src 'self'`, without eval and without any address but its own. */
export default defineConfig({
  root: fileURLToPath(new URL('renderer', import.meta.url)),
  base: './',
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('dist/renderer', import.meta.url)),
    emptyOutDir: true,
    // Chromium of the Electron that we ship, and browsers of the same age.
    target: 'chrome130',
    sourcemap: false,
    // Scripts must never become data: addresses, which the policy forbids.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 6_000,
    modulePreload: { polyfill: false },
  },
  // Classic workers: the language library expects sloppy mode and importScripts.
  worker: { format: 'iife' },
});
