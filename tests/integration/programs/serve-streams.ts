import { createHost } from '../../../main/host/host.ts';

/**
 * A host whose streams go on by themselves until somebody kills it: `serve-streams.ts FOLDER`. Says `running`, then
 * how many rows its streams have committed, each time that it has become more.
 */
const [folder = ''] = process.argv.slice(2);
const { handlers } = createHost({
  dataFolder: folder,
  memoryLimit: 500_000_000,
  threads: 1,
  lazy: true,
});
process.stdout.write('running\n');
const { signal } = new AbortController();
const context = { signal, emit: () => undefined };
let told = 0;
setInterval(async () => {
  const { streams } = await handlers['streams.list']({}, context);
  const rows = streams.reduce((sum, stream) => sum + stream.rows, 0);
  if (rows > told && told > 0) process.stdout.write(`${rows}\n`);
  told = Math.max(rows, told);
}, 3);
