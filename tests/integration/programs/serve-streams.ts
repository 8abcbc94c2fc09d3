import { createHost } from '../../../main/host/host.ts';

/** A host whose streams go on by themselves until somebody kills it: `serve-streams.ts FOLDER`. */
const [folder = ''] = process.argv.slice(2);
createHost({ dataFolder: folder, memoryLimit: 500_000_000, threads: 1, lazy: true });
process.stdout.write('running\n');
// The streams are promises; something has to keep the process.
setInterval(() => {}, 60_000);
