/** A command as a lens has it. */
interface Command {
  readonly title: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
  readonly tooltip?: string;
}

/** Registers commands of VS Code, and runs them. */
interface Commands {
  register(id: string, run: () => unknown): { dispose(): unknown };
  run(id: string, args: readonly unknown[]): unknown;
}

interface Click {
  readonly id: string;
  dispose(): unknown;
}

/** Those of this many lenses stay registered (the latest); far fewer are visible. */
const limit = 500;

/**
 * Lenses whose clicks are not lost. VS Code keeps the arguments of an extension's command only until it has new lenses, which is
 * several times a minute while a build runs; a click on the old one then ends with "Actual command not found". So each command and
 * its arguments become a command without arguments, the same one whenever the lens is shown again. Independent of VS Code.
 */
export class LensClicks {
  readonly #commands: Commands;
  /** Command and arguments -> the command without arguments. The latest come last. */
  readonly #clicks = new Map<string, Click>();
  #count = 0;

  constructor(commands: Commands) {
    this.#commands = commands;
  }

  /** The same command without arguments. */
  withoutArguments<C extends Command>(command: C): Pick<C, "title" | "tooltip"> & { readonly command: string } {
    const { title, tooltip, command: id, arguments: args = [] } = command;
    if (args.length === 0) return command;
    const key = JSON.stringify([id, args]);
    const click = this.#clicks.get(key) ?? this.#register(id, args);
    this.#clicks.delete(key);
    this.#clicks.set(key, click);
    this.#dropOldest();
    return { title, ...(tooltip !== undefined && { tooltip }), command: click.id };
  }

  #register(id: string, args: readonly unknown[]): Click {
    const own = `morph.lens.${++this.#count}`;
    const registered = this.#commands.register(own, () => this.#commands.run(id, args));
    return { id: own, dispose: () => registered.dispose() };
  }

  #dropOldest(): void {
    for (const [key, click] of this.#clicks) {
      if (this.#clicks.size <= limit) return;
      this.#clicks.delete(key);
      click.dispose();
    }
  }

  dispose(): void {
    for (const click of this.#clicks.values()) click.dispose();
    this.#clicks.clear();
  }
}
