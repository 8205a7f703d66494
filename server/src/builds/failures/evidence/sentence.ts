/** A store path, of which only the name is meaningful to a reader. */
const storePath = /\/[^\s'"]*\/[0-9a-z]{32}-([^\s'"]+)/g;

/** The first meaningful line of a message of Nix, with names instead of store paths and without a final punctuation mark. */
export function sentence(message: string): string {
  const [first = "", second] = message
    .split("\n")
    .map(line => line.trim())
    .filter(line => line !== "");
  const text = first.endsWith(":") && second !== undefined ? `${first} ${second}` : first;
  return text.replaceAll(storePath, "$1").replace(/[:;.]$/, "");
}
