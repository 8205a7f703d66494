import { Refused } from "./refused.ts";

/**
 * Decodes base 64 as Nix does (`base64::decode`, `src/libutil/base-n.cc`; before 2.29 `src/libutil/util.cc`): up to the first `=`,
 * without line feeds, with or without padding.
 *
 * @throws Refused for any other character.
 */
export function decodeBase64(text: string): Buffer {
  const padding = text.indexOf("=");
  const digits = (padding < 0 ? text : text.slice(0, padding)).replaceAll("\n", "");
  const wrong = /[^A-Za-z0-9+/]/.exec(digits);
  if (wrong !== null) throw new Refused(`invalid character in Base64 string: '${wrong[0]}'`);
  return Buffer.from(digits, "base64");
}
