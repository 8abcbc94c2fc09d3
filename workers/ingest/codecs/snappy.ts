import { AppError } from '../../../common/errors/app-error.ts';
import { Growing } from './lz4.ts';

/** Decompresses raw Snappy (https://github.com/google/snappy/blob/main/format_description.txt), as Avro uses it. */
export function decompressSnappy(input: Uint8Array): Uint8Array {
  let i = 0;
  let expected = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = input[i++];
    if (byte === undefined || shift > 28) throw broken();
    expected += (byte & 0x7f) * 2 ** shift;
    if (byte < 128) break;
  }
  const output = new Growing(expected);
  const little = (width: number): number => {
    let value = 0;
    for (let k = 0; k < width; k++) value += (input[i++] ?? 0) * 256 ** k;
    return value;
  };
  while (i < input.length) {
    const tag = input[i++] ?? 0;
    const high = tag >> 2;
    switch (tag & 3) {
      case 0: {
        const length = (high < 60 ? high : little(high - 59)) + 1;
        output.append(input.subarray(i, i + length));
        i += length;
        break;
      }
      case 1:
        copy(output, ((high >> 3) << 8) | little(1), (high & 7) + 4);
        break;
      case 2:
        copy(output, little(2), high + 1);
        break;
      default:
        copy(output, little(4), high + 1);
    }
  }
  if (output.length !== expected) throw broken();
  return output.bytes();
}

function copy(output: Growing, offset: number, length: number): void {
  if (offset === 0 || offset > output.length) throw broken();
  output.repeat(offset, length);
}

function broken(): AppError {
  return new AppError('input', 'corrupt', 'Snappy data is damaged.');
}
