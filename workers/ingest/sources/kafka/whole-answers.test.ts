import { expect, it } from 'vitest';
import { Answers } from './whole-answers.ts';

const answer = (text: string): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(text.length);
  return Buffer.concat([length, Buffer.from(text)]);
};

it('hands on what is whole, however the bytes are cut', () => {
  const all = Buffer.concat(['one', '', 'three and more', 'x'].map(answer));
  for (let size = 1; size <= all.length; size++) {
    const answers = new Answers();
    const passed: Buffer[] = [];
    for (let at = 0; at < all.length; at += size)
      passed.push(...answers.after(all.subarray(at, at + size)));
    expect(Buffer.concat(passed)).toEqual(all);
  }
});

it('keeps back the beginning of an answer', () => {
  const answers = new Answers();
  const [first, second] = [answer('first'), answer('second')];
  expect(Buffer.concat(answers.after(Buffer.concat([first, second.subarray(0, 6)])))).toEqual(
    first,
  );
  expect(answers.after(second.subarray(6, 8))).toEqual([]);
  expect(Buffer.concat(answers.after(second.subarray(8)))).toEqual(second);
});
