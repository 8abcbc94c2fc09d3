import { World } from './world.ts';

/** Asks the queries `from` up to `to` of a seed and tells the parent what became of each; it may die of one. */
const [seed = 0, from = 0, to = 0] = process.argv.slice(2).map(Number);
const world = await World.open();
for (let number = from; number < to; number++) {
  const text = world.text(seed, number);
  process.send?.({ number, text });
  process.send?.({ number, verdict: await world.ask(text) });
}
await world.close();
process.exit(0);
