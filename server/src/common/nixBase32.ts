/** Nix's own base 32 (Nix, `src/libutil/hash.cc`): a different alphabet, five bits per digit, the last bits first. */
const digits = "0123456789abcdfghijklmnpqrsvwxyz";

/** The number of digits for a number of bytes. */
export function nixBase32Length(bytes: number): number {
  return Math.ceil((8 * bytes) / 5);
}

export function toNixBase32(bytes: Uint8Array): string {
  let text = "";
  for (let digit = nixBase32Length(bytes.length) - 1; digit >= 0; digit--) {
    const bit = digit * 5;
    const [index, shift] = [bit >> 3, bit & 7];
    const value = ((bytes[index] ?? 0) >> shift) | ((bytes[index + 1] ?? 0) << (8 - shift));
    text += digits[value & 31];
  }
  return text;
}

/** Decodes a text to `size` bytes; undefined if it is malformed or of another size. */
export function fromNixBase32(text: string, size: number): Uint8Array | undefined {
  if (text.length !== nixBase32Length(size)) return undefined;
  const bytes = new Uint8Array(size);
  for (const [place, digit] of [...text].toReversed().entries()) {
    const value = digits.indexOf(digit);
    if (value < 0) return undefined;
    for (let offset = 0; offset < 5; offset++) {
      const index = 5 * place + offset;
      if (((value >> offset) & 1) === 0) continue;
      if (index >= 8 * size) return undefined;
      bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
    }
  }
  return bytes;
}
