import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type {} from '../../renderer/client/shell.ts';
import { type DesktopApp, expect, test } from './support/app.ts';

/** Chooses a command in the native menu, as the system does. */
function chooseInMenu(app: DesktopApp, id: string): Promise<void> {
  return app.evaluate(({ Menu }, command) => {
    const item = Menu.getApplicationMenu()?.getMenuItemById(command);
    if (!item) throw new Error(`the menu has no ${command}`);
    item.click();
  }, id);
}

/** What the process of the host is called, as the system sees it. */
function hostPid(app: DesktopApp): Promise<number> {
  return app.evaluate(({ app: electron }) => {
    const host = electron.getAppMetrics().find((metric) => metric.name === 'Calypso host');
    if (!host) throw new Error('no process of the host');
    return host.pid;
  }, undefined);
}

test('the window opens with the sample and answers a query', async ({ desktop }) => {
  const { workbench } = await desktop.launch();
  await workbench.ready();
  await workbench.query('Flights | summarize n = count() by origin | top 3 by n | project origin');
  await expect(workbench.grid.getByRole('gridcell', { name: 'ORD' })).toBeVisible();
  expect(await workbench.rows()).toEqual([['ORD'], ['DFW'], ['ATL']]);
});

test('a page has the shell and nothing else of Electron or Node', async ({ desktop }) => {
  const { page, workbench, evaluate } = await desktop.launch();
  await workbench.ready();
  const found = await page.evaluate(() => ({
    bridge: Object.keys(window.calypso ?? {}).sort(),
    node: ['require', 'process', 'Buffer', 'module'].filter((name) => name in window),
    secure: window.isSecureContext,
  }));
  expect(found).toEqual({
    bridge: [
      'onCommand',
      'openExternal',
      'openFiles',
      'pathOf',
      'platform',
      'requestPort',
      'saveFile',
      'setMenu',
      'setTitle',
      'setZoom',
      'showInFolder',
    ],
    node: [],
    secure: true,
  });
  // A script that somebody smuggles in does not run.
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.smuggled = true';
    document.body.append(script);
  });
  expect(await page.evaluate(() => 'smuggled' in window)).toBe(false);
  await expect
    .poll(() => evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle(), 0))
    .toMatch(/ – Calypso$/);
});

test('a command of the native menu reaches the window', async ({ desktop }) => {
  const app = await desktop.launch();
  await app.workbench.ready();
  await expect(app.workbench.tab('Query 1')).toHaveCount(0);
  await chooseInMenu(app, 'documents.new');
  await expect(app.workbench.tab('Query 1')).toBeVisible();
});

test('a query file on the command line becomes a tab', async ({ desktop }) => {
  const path = join(desktop.folder, 'delays by day.kql');
  writeFileSync(path, 'Flights | take 7');
  const { workbench } = await desktop.launch([path]);
  await expect(workbench.tab('delays by day')).toBeVisible();
  await workbench.run();
  await expect(workbench.resultStatus).toContainText('7 rows');
});

test('a query file that the system opens becomes a tab', async ({ desktop }) => {
  const path = join(desktop.folder, 'opened.csl');
  writeFileSync(path, 'print answer = 42');
  const { workbench, evaluate } = await desktop.launch();
  await workbench.ready();
  await evaluate(({ app }, file) => {
    app.emit('open-file', { preventDefault: () => {} }, file);
  }, path);
  await expect(workbench.tab('opened')).toBeVisible();
  await workbench.run();
  await expect(workbench.grid.getByRole('gridcell', { name: '42' })).toBeVisible();
});

test('an export goes where the dialog says', async ({ desktop }) => {
  const path = join(desktop.folder, 'three.csv');
  const { page, workbench, evaluate } = await desktop.launch();
  await workbench.ready();
  await workbench.query('range x from 1 to 3 step 1');
  await expect(workbench.resultStatus).toContainText('3 rows');
  await evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, path);
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: /^CSV/ }).click();
  await expect.poll(() => existsSync(path)).toBe(true);
  await expect.poll(() => readFileSync(path, 'utf8').replaceAll('\r', '')).toBe('x\n1\n2\n3\n');
});

test('a crash of the host is a message; tabs stay and queries run again', async ({ desktop }) => {
  const app = await desktop.launch();
  const { workbench } = app;
  await workbench.ready();
  await workbench.write('print before = 1');
  await workbench.run();
  await expect(workbench.grid.getByRole('gridcell', { name: '1' })).toBeVisible();
  const first = await hostPid(app);
  process.kill(first, 'SIGKILL');
  await expect(workbench.notifications).toContainText(/connection to the host was lost/i);
  await expect(workbench.notifications).toContainText(/connected to the host again/i);
  expect(await hostPid(app)).not.toBe(first);
  await expect(workbench.editor).toBeAttached();
  await workbench.run();
  await expect(workbench.grid.getByRole('gridcell', { name: '1' })).toBeVisible();
});

test('a second start shows the first window and opens its file there', async ({ desktop }) => {
  const path = join(desktop.folder, 'second.kql');
  writeFileSync(path, 'print 2');
  const { workbench, evaluate } = await desktop.launch();
  await workbench.ready();
  await evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize(), undefined);
  await evaluate(
    ({ app }, [file, folder]) => {
      app.emit('second-instance', {}, ['calypso', '--some-switch', file], folder);
    },
    ['second.kql', desktop.folder] as const,
  );
  await expect(workbench.tab('second')).toBeVisible();
  const windows = await evaluate(
    ({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((window) => [window.isMinimized(), window.isVisible()]),
    undefined,
  );
  expect(windows).toEqual([[false, true]]);
});

test('a window goes nowhere else, and web pages open in the browser', async ({ desktop }) => {
  const { page, workbench, evaluate } = await desktop.launch();
  await workbench.ready();
  const home = page.url();
  await evaluate(({ shell, app }) => {
    const opened: string[] = [];
    Object.assign(app, { openedPages: opened });
    shell.openExternal = (url) => {
      opened.push(url);
      return Promise.resolve();
    };
  }, undefined);
  await page.evaluate(() => {
    window.location.href = 'https://example.com/elsewhere';
  });
  await page.evaluate(() => {
    window.open('https://example.com/docs');
    window.open('file:///etc/passwd');
    window.calypso?.openExternal('https://example.com/help');
    window.calypso?.openExternal('smb://example.com/share');
  });
  await expect
    .poll(() =>
      evaluate(({ app }) => (app as unknown as { openedPages: string[] }).openedPages, undefined),
    )
    .toEqual(['https://example.com/docs', 'https://example.com/help']);
  expect(page.url()).toBe(home);
  await expect(workbench.table('Flights')).toBeVisible();
});

test('tabs come back after the application was closed', async ({ desktop }) => {
  const first = await desktop.launch();
  await first.workbench.ready();
  await chooseInMenu(first, 'documents.new');
  await expect(first.workbench.tab('Query 1')).toBeVisible();
  await first.workbench.query('print kept = "yes"');
  await expect(first.workbench.grid.getByRole('gridcell', { name: 'yes' })).toBeVisible();
  await first.close();

  const second = await desktop.launch();
  await second.workbench.ready();
  await expect(second.workbench.tab('Query 1')).toBeVisible();
  await second.workbench.tab('Query 1').click();
  await second.workbench.run();
  await expect(second.workbench.grid.getByRole('gridcell', { name: 'yes' })).toBeVisible();
});

/** Asks the host as the page does, over a port of its own. */
function askHost(app: DesktopApp, name: string, params: object): Promise<unknown> {
  return app.page.evaluate(
    ([call, given]) =>
      new Promise((resolve, reject) => {
        const take = (event: MessageEvent): void => {
          const [port] = event.ports;
          if (event.data !== 'calypso:host-port' || !port) return;
          window.removeEventListener('message', take);
          // The page must not take this port for its own.
          event.stopImmediatePropagation();
          port.onmessage = ({ data }) => {
            if (data.t !== 'result' && data.t !== 'error') return;
            if (data.t === 'result') resolve(data.value);
            else reject(new Error(data.error.message));
          };
          port.postMessage({ t: 'call', id: 1, name: call, params: given });
        };
        window.addEventListener('message', take, { capture: true });
        window.calypso?.requestPort();
      }),
    [name, params] as const,
  );
}

test('a secret goes in, is locked with the keychain, and its name alone comes out', async ({
  desktop,
}) => {
  test.slow();
  const first = await desktop.launch();
  await first.workbench.ready();
  await askHost(first, 'secrets.set', { name: 'kafka/prod', value: 'open sesame' });
  const data = join(desktop.folder, 'data');
  expect(readFileSync(join(data, 'secrets.json'), 'utf8')).not.toContain('open sesame');
  // The key lies in the keychain's form alone; there is none beside the secrets.
  expect(existsSync(join(data, 'shell', 'secrets.key'))).toBe(true);
  expect(existsSync(join(data, 'secrets.key'))).toBe(false);
  await first.close();

  const second = await desktop.launch();
  await second.workbench.ready();
  expect(await askHost(second, 'secrets.list', {})).toEqual({
    names: ['kafka/prod'],
    protection: 'system',
  });
});
