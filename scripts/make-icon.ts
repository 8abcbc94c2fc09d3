import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { findChromium } from './find-chromium.ts';
import { encodeIcns, encodeIco } from './icon/containers.ts';

/** Draws renderer/app/icon.svg in the sizes and containers that the platforms want, into assets/. */
const root = join(import.meta.dirname, '..');
const out = join(root, 'assets');
const svg = readFileSync(join(root, 'renderer', 'app', 'icon.svg'), 'utf8');
const SIZES = [16, 32, 48, 64, 128, 256, 512, 1024] as const;

const executablePath = findChromium();
const browser = await chromium.launch({
  ...(executablePath ? { executablePath } : {}),
  args: ['--no-sandbox'],
});
const page = await browser.newPage();
const images = new Map<number, Buffer>();
for (const size of SIZES) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
  );
  images.set(size, await page.screenshot({ omitBackground: true }));
}
await browser.close();

const image = (size: number): Buffer => {
  const found = images.get(size);
  if (!found) throw new Error(`no image of ${size} pixels`);
  return found;
};
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'icon.png'), image(512));
writeFileSync(
  join(out, 'icon.ico'),
  encodeIco([16, 32, 48, 64, 128, 256].map((size) => ({ size, png: image(size) }))),
);
writeFileSync(
  join(out, 'icon.icns'),
  encodeIcns([128, 256, 512, 1024].map((size) => ({ size, png: image(size) }))),
);
console.log('assets: icon.png, icon.ico, icon.icns');
