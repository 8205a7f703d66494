/** The longest reason that is kept: it may quote what a cache sent. */
const maxLength = 300;

/** Nix would refuse this text. The message is the reason, in Nix's words where it has some. */
export class Refused extends Error {
  constructor(why: string) {
    super(why.length > maxLength ? `${why.slice(0, maxLength)}…` : why);
  }
}

/** Runs a reader: what it returns, or why it refused. */
export function reading<T>(read: () => T): { readonly value: T } | { readonly refused: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof Refused) return { refused: error.message };
    throw error;
  }
}
