import { expect, it } from 'vitest';
import { Acknowledgements } from './acknowledgements.ts';

it('tells one after the other, and at once what piled up meanwhile', async () => {
  const told: [string, string][][] = [];
  const first = Promise.withResolvers<void>();
  const acknowledgements = new Acknowledgements(async (positions) => {
    told.push([...positions]);
    if (told.length === 1) await first.promise;
  });
  acknowledgements.stored(new Map([['a', '1']]));
  acknowledgements.stored(new Map([['a', '2']]));
  acknowledgements.stored(new Map([['b', '7']]));
  first.resolve();
  await acknowledgements.told();
  expect(told).toEqual([
    [['a', '1']],
    [
      ['a', '2'],
      ['b', '7'],
    ],
  ]);
});

it('says what went wrong until it goes well again', async () => {
  let fails = true;
  const acknowledgements = new Acknowledgements(async () => {
    if (fails) throw new Error('no coordinator');
  });
  acknowledgements.stored(new Map([['a', '1']]));
  await acknowledgements.told();
  expect(acknowledgements.failure).toBe('could not acknowledge: no coordinator');
  fails = false;
  acknowledgements.stored(new Map([['a', '2']]));
  await acknowledgements.told();
  expect(acknowledgements.failure).toBe('');
});
