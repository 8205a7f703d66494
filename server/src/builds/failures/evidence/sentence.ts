/** A path below a store: what stands before its name says nothing to a person. */
const storePath = /\/[^\s'"]*\/[0-9a-z]{32}-([^\s'"]+)/g;

/** The first line of a message of Nix that says something, as a person would say it: without folders, and without a mark at its end. */
export function sentence(message: string): string {
  const [first = "", second] = message
    .split("\n")
    .map(line => line.trim())
    .filter(line => line !== "");
  const text = first.endsWith(":") && second !== undefined ? `${first} ${second}` : first;
  return text.replaceAll(storePath, "$1").replace(/[:;.]$/, "");
}
